package io.oauthservice.install;

import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.web.HtmlPage;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The plain page at the end of a flow without return_to. */
@Component
class ResultPage {

    private final HtmlPage page = HtmlPage.of("result", "");
    private final PublicAddress address;

    ResultPage(PublicAddress address) {
        this.address = address;
    }

    FlowResult connected(GuardedProvider provider, String organisations) {
        return shown("Connected", provider.displayName() + " is connected for " + organisations + ".");
    }

    FlowResult awaitingApproval(GuardedProvider provider) {
        String text = "An owner of the organisation must approve the request at " + provider.displayName()
                + ". It is connected when that is done. If it is not within an hour, connect again.";
        return shown("Waiting for approval", text);
    }

    /** For a callback that no flow of this service started. */
    FlowResult nothingToDo(GuardedProvider provider) {
        String text = "The change was saved at " + provider.displayName() + ". There is nothing to do here.";
        return shown("Changed at " + provider.displayName(), text);
    }

    FlowResult denied(GuardedProvider provider, String error) {
        String text = provider.displayName() + " was not connected: the request was declined (" + error + ").";
        return FlowResult.startAgain(HttpStatus.OK, "Not connected", text);
    }

    FlowResult linkExpired() {
        return startAgain(HttpStatus.BAD_REQUEST, "This link is invalid or has expired.");
    }

    FlowResult startAgain(HttpStatus status, String reason) {
        return FlowResult.startAgain(status, "Please start again", reason);
    }

    /** A new flow would have the same result. */
    FlowResult notStorable(GuardedProvider provider, String reason) {
        String text = provider.displayName() + " was not connected. " + reason
                + " Please contact the operators of this service; the reason is in its log.";
        return FlowResult.page(HttpStatus.BAD_GATEWAY, "Not connected", text);
    }

    private static FlowResult shown(String title, String text) {
        return FlowResult.page(HttpStatus.OK, title, text);
    }

    ResponseEntity<String> show(GuardedProvider provider, FlowResult result) {
        String location = result.location();
        if (location != null) {
            return ResponseEntity.status(result.status())
                    .location(URI.create(location))
                    .cacheControl(CacheControl.noStore())
                    .build();
        }
        return page.show(HttpStatus.valueOf(result.status()), model(provider, result));
    }

    private Map<String, Object> model(GuardedProvider provider, FlowResult result) {
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
