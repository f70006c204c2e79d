package io.oauthservice.operations;

import io.oauthservice.web.ProblemException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request body that accepts known fields of the right type only: a misspelt field must not widen a request to all
 * installations. Constructors of the records throw the problem that names the field.
 */
interface StrictRequest {

    String TIME = "must be a time in the past, in ISO 8601, such as 2026-03-01T12:00:00Z";

    Map<Class<?>, String> EXPECTED = Map.of(
            Instant.class, TIME,
            UUID.class, "must be the id of an installation",
            Boolean.class, "must be true or false");

    int LONGEST_NAME = 36;

    /** The body, or the default for an empty one; fails with the problem that names the field. */
    static <T extends StrictRequest> Mono<T> checked(Mono<T> body, Supplier<T> empty) {
        return body.onErrorMap(StrictRequest::problem).switchIfEmpty(Mono.fromSupplier(empty));
    }

    private static Throwable problem(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return problem;
            }
            if (cause instanceof MismatchedInputException mismatch
                    && !mismatch.getPath().isEmpty()) {
                return ProblemException.invalid(field(mismatch), reason(mismatch));
            }
        }
        return failure;
    }

    private static String field(JacksonException mismatch) {
        String name = String.valueOf(mismatch.getPath().getFirst().getPropertyName());
        return name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("\\P{Print}", "?");
    }

    private static String reason(MismatchedInputException mismatch) {
        return mismatch instanceof PropertyBindingException
                ? "is not a known field"
                : EXPECTED.getOrDefault(mismatch.getTargetType(), "has the wrong type");
    }

    /** Decodes strict requests by a JSON mapper of their own. */
    @Configuration(proxyBeanMethods = false)
    class Decoding {

        @Bean
        CodecCustomizer strictRequestDecoder(JsonMapper json) {
            JsonMapper strict = json.rebuild()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .build();
            return codecs -> {
                JacksonJsonDecoder decoder = new JacksonJsonDecoder(json);
                decoder.registerMappersForType(
                        StrictRequest.class, mappers -> mappers.put(MimeTypeUtils.APPLICATION_JSON, strict));
                codecs.defaultCodecs().jacksonJsonDecoder(decoder);
            };
        }
    }
}
