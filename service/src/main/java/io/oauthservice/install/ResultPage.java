package io.oauthservice.install;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.result.view.Rendering;

/** The plain page that a flow ends on where nobody asked for another place. */
@Component
class ResultPage {

    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final PublicAddress address;

    ResultPage(PublicAddress address) {
        this.address = address;
    }

    Rendering connected(OAuthProvider provider, String organisations) {
        return page(provider, HttpStatus.OK, "Connected", provider.displayName() + " is connected for " + organisations)
                .build();
    }

    Rendering awaitingApproval(OAuthProvider provider) {
        String text = "The request is with an owner of the organisation at " + provider.displayName()
                + ". Once it is approved there, come back and connect again.";
        return page(provider, HttpStatus.OK, "Waiting for approval", text).build();
    }

    /** For a browser that comes from the provider on its own. It proves nothing, so nothing is bound to it. */
    Rendering nothingToDo(OAuthProvider provider) {
        String text = "The change was made at " + provider.displayName() + ". There is nothing to do here.";
        return page(provider, HttpStatus.OK, "Changed at " + provider.displayName(), text)
                .build();
    }

    Rendering denied(OAuthProvider provider, String error) {
        String text = provider.displayName() + " was not connected: the request was declined (" + error + ").";
        return page(provider, HttpStatus.OK, "Not connected", text)
                .modelAttribute("again", again(provider))
                .build();
    }

    Rendering startAgain(OAuthProvider provider, HttpStatus status, String reason) {
        return page(provider, status, "Please start again", reason)
                .modelAttribute("again", again(provider))
                .build();
    }

    private Rendering.Builder<?> page(OAuthProvider provider, HttpStatus status, String title, String text) {
        return Rendering.view("result")
                .status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .modelAttribute("platform", provider.displayName())
                .modelAttribute("title", title)
                .modelAttribute("text", text);
    }

    private URI again(OAuthProvider provider) {
        return address.installUrl(provider.platform().id());
    }
}
