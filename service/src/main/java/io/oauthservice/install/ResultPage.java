package io.oauthservice.install;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.web.HtmlPage;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.CacheControl;
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

    FlowResult connected(OAuthProvider provider, String organisations) {
        return shown("Connected", provider.displayName() + " is connected for " + organisations + ".");
    }

    FlowResult awaitingApproval(OAuthProvider provider) {
        String text = "The request is with an owner of the organisation at " + provider.displayName()
                + ". Once it is approved there, come back and connect again.";
        return shown("Waiting for approval", text);
    }

    /** For a browser that comes from the provider on its own. It proves nothing, so nothing is bound to it. */
    FlowResult nothingToDo(OAuthProvider provider) {
        String text = "The change was made at " + provider.displayName() + ". There is nothing to do here.";
        return shown("Changed at " + provider.displayName(), text);
    }

    FlowResult denied(OAuthProvider provider, String error) {
        String text = provider.displayName() + " was not connected: the request was declined (" + error + ").";
        return FlowResult.startAgain(HttpStatus.OK, "Not connected", text);
    }

    FlowResult startAgain(HttpStatus status, String reason) {
        return FlowResult.startAgain(status, "Please start again", reason);
    }

    /** Starting again leads to the same answer. */
    FlowResult notStorable(OAuthProvider provider, String reason) {
        String text = provider.displayName() + " was not connected. " + reason
                + " Please tell the operators of this service; their log says more.";
        return FlowResult.page(HttpStatus.BAD_GATEWAY, "Not connected", text);
    }

    private static FlowResult shown(String title, String text) {
        return FlowResult.page(HttpStatus.OK, title, text);
    }

    /** The answer to the browser. */
    ResponseEntity<String> show(OAuthProvider provider, FlowResult result) {
        String location = result.location();
        if (location != null) {
            return ResponseEntity.status(result.status())
                    .location(URI.create(location))
                    .cacheControl(CacheControl.noStore())
                    .build();
        }
        return page.show(HttpStatus.valueOf(result.status()), model(provider, result));
    }

    private Map<String, Object> model(OAuthProvider provider, FlowResult result) {
        Map<String, Object> model = new HashMap<>();
        model.put("title", result.title());
        model.put("text", result.text());
        if (result.startAgain()) {
            model.put("again", address.installUrl(provider.platform().id()));
            model.put("platform", provider.displayName());
        }
        return model;
    }
}
