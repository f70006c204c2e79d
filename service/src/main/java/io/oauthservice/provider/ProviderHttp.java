package io.oauthservice.provider;

import io.netty.channel.ConnectTimeoutException;
import io.oauthservice.outbound.OutboundHttp;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * HTTP calls to providers: limited in time and size, never repeated by the client itself. A response that is not JSON
 * is a reply with a missing body, not a failure.
 */
@Component
public class ProviderHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);

    /** To one host. */
    static final int CONNECTIONS = 128;

    private static final int MAX_BODY = 1024 * 1024;
    private static final BodyLimit BODY = new BodyLimit(MAX_BODY, Map.of());

    private final WebClient client;

    ProviderHttp(WebClient.Builder builder) {
        this.client = new OutboundHttp("providers", CONNECTIONS, CONNECT_TIMEOUT, RESPONSE_TIMEOUT, MAX_BODY, null)
                .apply(builder)
                .defaultHeader(HttpHeaders.USER_AGENT, "oauth-service")
                .build();
    }

    /** For building a request, to be given to {@link #send}. */
    public WebClient client() {
        return client;
    }

    /** The reply, whatever its status; fails with {@link ProviderException.Retryable} where there is none. */
    public Mono<Reply> send(WebClient.RequestHeadersSpec<?> request) {
        return send(request, MediaType.APPLICATION_JSON);
    }

    /** As {@link #send(WebClient.RequestHeadersSpec)}, for a provider with its own JSON media type. */
    public Mono<Reply> send(WebClient.RequestHeadersSpec<?> request, MediaType accepted) {
        return send(request, accepted, BODY);
    }

    /** Sends a request with another limit of the response's body. Fails as the other variants. */
    public Mono<Reply> send(WebClient.RequestHeadersSpec<?> request, MediaType accepted, BodyLimit limit) {
        return request.accept(accepted)
                .exchangeToMono(response -> read(response, limit))
                .onErrorMap(error -> !(error instanceof ProviderException), ProviderHttp::noAnswer);
    }

    private static Mono<Reply> read(ClientResponse response, BodyLimit limit) {
        return OutboundHttp.json(response, limit.bytes(), limit.members())
                .map(body -> new Reply(
                        response.statusCode().value(), response.headers().asHttpHeaders(), body));
    }

    private static ProviderException noAnswer(Throwable error) {
        if (isUnreachable(error)) {
            return ProviderException.Retryable.notSent("unreachable", "The provider cannot be reached", error);
        }
        return ProviderException.Retryable.outcomeUnknown("no_answer", "The provider sent no complete response", error);
    }

    private static boolean isUnreachable(Throwable error) {
        Throwable cause = error instanceof WebClientRequestException ? error.getCause() : error;
        return cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof ConnectTimeoutException
                || cause instanceof SSLHandshakeException
                // Shaded into reactor-netty, so that no import can name them.
                || (cause != null && cause.getClass().getSimpleName().startsWith("PoolAcquire"));
    }

    /**
     * How much of a response is read.
     *
     * @param bytes a longer body fails the call
     * @param members for each list in the body, by its name: the members of its objects to keep
     */
    public record BodyLimit(int bytes, Map<String, Set<String>> members) {}

    /**
     * A response.
     *
     * @param body missing where the response was empty or not JSON
     */
    public record Reply(int status, HttpHeaders headers, JsonNode body) {

        public boolean ok() {
            return status >= 200 && status < 300;
        }

        /** A text or number of the body; null where absent, null, empty or not a scalar. */
        public @Nullable String text(String field) {
            return ProviderHttp.text(body, field);
        }

        /** The time of the response by the provider's clock, else by ours. Relative lifetimes count from it. */
        public Instant date() {
            return Objects.requireNonNullElseGet(httpDate(headers.getFirst(HttpHeaders.DATE)), Instant::now);
        }

        /** {@code Retry-After} as seconds or as an HTTP date; null where absent or unreadable. */
        public @Nullable Duration retryAfter() {
            String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
            if (value != null && value.strip().matches("-?[0-9]{1,15}")) {
                return Duration.ofSeconds(Long.parseLong(value.strip()));
            }
            Instant then = httpDate(value);
            return then == null ? null : Duration.between(date(), then);
        }

        /**
         * {@code Retry-After}, else the time until the reset that this header names; null where neither is readable.
         */
        public @Nullable Duration retryAfter(String resetHeader, Function<String, Instant> reset) {
            Duration after = retryAfter();
            String value = headers.getFirst(resetHeader);
            try {
                return after != null || value == null ? after : Duration.between(date(), reset.apply(value));
            } catch (NumberFormatException | DateTimeException unreadable) {
                return null;
            }
        }

        private static @Nullable Instant httpDate(@Nullable String value) {
            try {
                return value == null ? null : DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
            } catch (DateTimeParseException unreadable) {
                return null;
            }
        }
    }

    /** A text or number of an object, as text; null where absent, null, empty or not a scalar. */
    public static @Nullable String text(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (!node.isString() && !node.isNumber()) {
            return null;
        }
        String text = node.asString();
        return text.isEmpty() ? null : text;
    }
}
