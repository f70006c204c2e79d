package io.oauthservice.web;

import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The forms that browsers send. */
public final class Forms {

    private Forms() {}

    /** The fields of the request's form. Fails with a 400 problem where it is not well-formed. */
    public static Mono<MultiValueMap<String, String>> read(ServerWebExchange exchange) {
        return exchange.getFormData()
                .onErrorMap(
                        IllegalArgumentException.class,
                        malformed -> ProblemException.invalid("The form", "is not well-formed"));
    }
}
