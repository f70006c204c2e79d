package io.oauthservice.install;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.web.HtmlPage;
import io.oauthservice.web.PublicAddress;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The plain page that a flow ends on where nobody asked for another place. */
@Component
class ResultPage {

    private final HtmlPage page = HtmlPage.of("result", "");
    private final PublicAddress address;

    ResultPage(PublicAddress address) {
        this.address = address;
    }

    ResponseEntity<String> connected(OAuthProvider provider, String organisations) {
        return show("Connected", provider.displayName() + " is connected for " + organisations + ".");
    }

    ResponseEntity<String> awaitingApproval(OAuthProvider provider) {
        String text = "The request is with an owner of the organisation at " + provider.displayName()
                + ". Once it is approved there, come back and connect again.";
        return show("Waiting for approval", text);
    }

    /** For a browser that comes from the provider on its own. It proves nothing, so nothing is bound to it. */
    ResponseEntity<String> nothingToDo(OAuthProvider provider) {
        String text = "The change was made at " + provider.displayName() + ". There is nothing to do here.";
        return show("Changed at " + provider.displayName(), text);
    }

    ResponseEntity<String> denied(OAuthProvider provider, String error) {
        String text = provider.displayName() + " was not connected: the request was declined (" + error + ").";
        return page.show(HttpStatus.OK, withWayBack(provider, "Not connected", text));
    }

    ResponseEntity<String> startAgain(OAuthProvider provider, HttpStatus status, String reason) {
        return page.show(status, withWayBack(provider, "Please start again", reason));
    }

    private ResponseEntity<String> show(String title, String text) {
        return page.show(HttpStatus.OK, model(title, text));
    }

    private Map<String, Object> withWayBack(OAuthProvider provider, String title, String text) {
        Map<String, Object> model = model(title, text);
        model.put("again", address.installUrl(provider.platform().id()));
        model.put("platform", provider.displayName());
        return model;
    }

    private static Map<String, Object> model(String title, String text) {
        Map<String, Object> model = new HashMap<>();
        model.put("title", title);
        model.put("text", text);
        return model;
    }
}
