package io.oauthservice.session;

import io.oauthservice.access.Caller;
import io.oauthservice.core.Secret;
import io.oauthservice.web.FormToken;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The session of a request's browser.
 *
 * @param caller the client whose key it was opened with, or the person who has signed in, with the current permissions
 * @param displayName the name to show
 * @param formToken the value of the hidden field {@code csrf} of each form
 * @param currentCaller the caller at the time of each call, which does not extend the session; empty once it has ended
 */
public record Session(Caller caller, String displayName, String formToken, Supplier<Mono<Caller>> currentCaller) {

    /** The hidden field of each form. */
    static final String FORM_TOKEN = "csrf";

    private static final String PURPOSE = "page";
    private static final String ATTRIBUTE = Session.class.getName();

    /** @param id of the browser, whether it has signed in or not */
    static String formToken(Secret id) {
        return FormToken.of(id, PURPOSE);
    }

    static boolean isFormToken(Secret id, @Nullable String sent) {
        return FormToken.matches(id, PURPOSE, sent);
    }

    /** The session of a request to {@code /} or {@code /ui/**}; others do not reach a controller. */
    public static Session of(ServerWebExchange exchange) {
        return Objects.requireNonNull(exchange.getAttribute(ATTRIBUTE), "Only a signed-in browser gets here");
    }

    void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }
}
