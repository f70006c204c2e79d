package io.oauthservice.session;

import io.oauthservice.core.Secret;
import io.oauthservice.web.HtmlPage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The sign-in form, and what a person sees when a request fails. */
@Component
@EnableConfigurationProperties(SignInPage.Properties.class)
class SignInPage {

    private final HtmlPage form = HtmlPage.ofForm("sign-in", "'self'");
    private final HtmlPage failure = HtmlPage.of("failure", "");
    private final Properties properties;
    private final OidcProperties oidc;

    SignInPage(Properties properties, OidcProperties oidc) {
        this.properties = properties;
        this.oidc = oidc;
    }

    /**
     * Shows the form.
     *
     * @param returnTo the page to show afterwards
     * @param message why it was not accepted; empty: it is shown for the first time
     */
    ResponseEntity<String> show(HttpStatus status, Secret id, String returnTo, String message) {
        String key = properties.prefilledKey();
        Map<String, Object> model = new HashMap<>();
        model.put("title", "Sign in");
        model.put("csrf", Session.formToken(id));
        model.put("returnTo", returnTo);
        model.put("message", message);
        model.put("failed", !message.isEmpty());
        model.put("key", key == null ? "" : key);
        if (oidc.isConfigured()) {
            model.put("provider", oidc.displayName());
            model.put("start", OidcController.address(returnTo));
        }
        return form.show(status, model);
    }

    ResponseEntity<String> failed(HttpStatus status, String detail) {
        return failure.show(status, Map.of("title", "Failure", "detail", detail.replaceFirst("\\.$", "")));
    }

    /** @param prefilledKey the API key in the sign-in form, for local use only; null: none */
    @ConfigurationProperties("oauth.dashboard")
    record Properties(@Nullable String prefilledKey) {}
}
