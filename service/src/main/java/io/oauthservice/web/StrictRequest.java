package io.oauthservice.web;

import io.oauthservice.core.Uuids;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.boot.http.codec.CodecCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * A request body that accepts known fields of the right type only, each once: a misspelt field must not widen a request
 * to all installations. Constructors of the records throw the problem that names the field.
 */
public interface StrictRequest {

    String TIME = "must be a time in the past, in ISO 8601, such as 2026-03-01T12:00:00Z";

    Map<Class<?>, String> EXPECTED = Map.of(
            Instant.class, TIME,
            UUID.class, "must be the id of an installation",
            Boolean.class, "must be true or false",
            Long.class, "must be a whole number",
            String.class, "must be a text");

    int LONGEST_NAME = 36;

    /** The body, where an empty one counts as an object without fields; fails with the problem that names the field. */
    static <T extends StrictRequest> Mono<T> checked(Mono<T> body, Class<T> type) {
        return body.switchIfEmpty(Mono.fromSupplier(() -> JsonMapper.shared().readValue("{}", type)))
                .onErrorMap(StrictRequest::problem);
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
            if (cause instanceof InputCoercionException number
                    && !number.getPath().isEmpty()) {
                return ProblemException.invalid(field(number), "is out of range");
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

    private static UUID uuid(String text) {
        return Uuids.parse(text).orElseThrow(() -> new IllegalArgumentException("not a UUID"));
    }

    /** Accepts a text only: an empty one is not an absent one, and a number is neither a time nor an id. */
    class Text<T> extends StdDeserializer<T> {

        private final Function<String, T> parser;

        Text(Class<T> type, Function<String, T> parser) {
            super(type);
            this.parser = parser;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) {
            if (!json.hasToken(JsonToken.VALUE_STRING)) {
                return context.reportInputMismatch(this, "a text is expected");
            }
            try {
                return parser.apply(json.getString());
            } catch (IllegalArgumentException | DateTimeException e) {
                return context.reportInputMismatch(this, "the text has another form");
            }
        }
    }

    /** Decodes strict requests by a JSON mapper of their own. */
    @Configuration(proxyBeanMethods = false)
    class Decoding {

        private static final MimeType MERGE_PATCH = MimeType.valueOf("application/merge-patch+json");

        @Bean
        CodecCustomizer strictRequestDecoder(JsonMapper json) {
            JsonMapper strict = json.rebuild()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .addModule(new SimpleModule("strict")
                            .addDeserializer(
                                    Instant.class,
                                    new Text<>(
                                            Instant.class,
                                            text -> OffsetDateTime.parse(text).toInstant()))
                            .addDeserializer(UUID.class, new Text<>(UUID.class, StrictRequest::uuid))
                            .addDeserializer(String.class, new Text<>(String.class, Function.identity())))
                    .build();
            return codecs -> {
                JacksonJsonDecoder decoder = new JacksonJsonDecoder(json);
                decoder.registerMappersForType(StrictRequest.class, mappers -> {
                    mappers.put(MimeTypeUtils.APPLICATION_JSON, strict);
                    mappers.put(MERGE_PATCH, strict);
                });
                codecs.defaultCodecs().jacksonJsonDecoder(decoder);
            };
        }
    }
}
