package io.oauthservice.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.ChannelException;
import io.oauthservice.grant.TokenTooShortLivedException;
import io.oauthservice.installation.InvalidLabelException;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Maps the failures of filters and controllers to HTTP responses. */
@Component
@Order(-2)
class ProblemHandler implements ErrorWebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private static final Duration LOG_INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_LOGGED = 100;
    private static final int MAX_PATH_LENGTH = 200;

    private final JsonMapper json;
    private final Cache<String, Boolean> loggedLately = Caffeine.newBuilder()
            .expireAfterWrite(LOG_INTERVAL)
            .maximumSize(MAX_LOGGED)
            .build();

    ProblemHandler(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            if (loggedLately.asMap().putIfAbsent("response aborted", true) == null) {
                log.warn("Response aborted: path={} error={}", path(exchange), rootOf(error));
            }
            return Mono.error(error);
        }
        ErrorResponse answer = map(exchange, error);
        ErrorPage page = ErrorPage.of(exchange);
        return page == null ? problem(response, answer) : page(response, answer, page);
    }

    private static Mono<Void> page(ServerHttpResponse response, ErrorResponse answer, ErrorPage page) {
        HttpStatus status = HttpStatus.valueOf(answer.getStatusCode().value());
        ResponseEntity<String> shown =
                page.show(status, String.valueOf(answer.getBody().getDetail()));
        return write(response, answer, shown.getHeaders(), String.valueOf(shown.getBody()));
    }

    private Mono<Void> problem(ServerHttpResponse response, ErrorResponse answer) {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setCacheControl("no-store");
        return write(response, answer, headers, json.writeValueAsString(answer.getBody()));
    }

    private static Mono<Void> write(
            ServerHttpResponse response, ErrorResponse answer, HttpHeaders headers, String body) {
        response.setStatusCode(answer.getStatusCode());
        response.getHeaders().putAll(answer.getHeaders());
        response.getHeaders().putAll(headers);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.getHeaders().setContentLength(bytes.length);
        DataBuffer buffer = response.bufferFactory().wrap(bytes);
        return response.writeWith(Mono.just(buffer));
    }

    private ErrorResponse map(ServerWebExchange exchange, Throwable error) {
        return switch (error) {
            case ProblemException problem -> logOncePerSecond(problem);
            case ServerWebInputException input
            when input.getCause() instanceof DecodingException ->
                toProblem(
                        input,
                        400,
                        "The body must be a JSON object of the form that the API describes, with each field once");
            case ServerWebInputException input ->
                toProblem(input, 400, Objects.requireNonNullElse(input.getReason(), ""));
            case RefreshException failed -> logOncePerSecond(FailureProblems.of(failed));
            case TokenTooShortLivedException tooShort -> FailureProblems.of(tooShort);
            case InvalidLabelException label -> FailureProblems.of(label);
            case ErrorResponse other -> toProblem(other, other.getStatusCode().value(), "");
            case DataBufferLimitException large ->
                new ProblemException(ProblemType.TOO_LARGE, "The body is too large", large);
            case Exception data
            when DataErrors.isDataError(data) -> logOncePerSecond(ProblemException.notStorable(data));
            case VaultException vault -> logOncePerSecond(vaultUnavailable(vault));
            case Exception storage
            when DataErrors.isOutage(storage) -> logOncePerSecond(ProblemException.storageUnavailable(storage));
            // The superclass of reactor-netty's time-outs for a request's body.
            case ChannelException slow -> slowBody(slow);
            default -> unexpectedProblem(exchange, error);
        };
    }

    /** Logs a server error once per second: thousands of requests may fail for the same reason. */
    private ProblemException logOncePerSecond(ProblemException problem) {
        String detail = String.valueOf(problem.getBody().getDetail());
        if (problem.getStatusCode().is5xxServerError() && loggedLately.asMap().putIfAbsent(detail, true) == null) {
            log.warn("Request failed: detail={} error={}", detail, rootOf(problem));
        }
        return problem;
    }

    private static String rootOf(Throwable error) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(error);
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    /** Spring's own errors as problems of this service. */
    private static ErrorResponse toProblem(ErrorResponse other, int status, String detail) {
        HttpStatus known = HttpStatus.resolve(status);
        ProblemType type = ProblemType.ofStatus(status).orElse(ProblemType.INVALID_REQUEST);
        ProblemDetail body = other.getBody();
        String text = !detail.isEmpty() ? detail : body.getDetail() == null ? "" : body.getDetail();
        ProblemException problem =
                new ProblemException(type, known == null ? HttpStatus.BAD_REQUEST : known, text, null);
        problem.getHeaders().putAll(other.getHeaders());
        return problem;
    }

    private static ProblemException vaultUnavailable(VaultException failure) {
        String detail = switch (failure) {
            case VaultException.Outage outage -> "The encryption keys are unavailable at the moment. Try again later";
            case VaultException.Rejected rejected ->
                "The vault rejected an encryption or decryption. An operator must check the vault; the log has the reason";
        };
        return ProblemException.storageUnavailable(detail, failure);
    }

    private static ProblemException slowBody(Throwable cause) {
        return new ProblemException(
                ProblemType.TOO_SLOW, "The body did not arrive in time. Send the request again", cause);
    }

    /** Without the query, which may contain a code or a state. */
    private static String path(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        return path.substring(0, Math.min(path.length(), MAX_PATH_LENGTH));
    }

    private ProblemException unexpectedProblem(ServerWebExchange exchange, Throwable error) {
        String kind = "unexpected " + error.getClass().getName();
        if (loggedLately.asMap().putIfAbsent(kind, true) == null) {
            log.error(
                    "Unexpected error: method={} path={}", exchange.getRequest().getMethod(), path(exchange), error);
        }
        return new ProblemException(
                ProblemType.INTERNAL_ERROR, "The service failed unexpectedly. Its log contains the reason");
    }
}
