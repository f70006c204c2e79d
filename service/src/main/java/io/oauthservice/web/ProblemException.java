package io.oauthservice.web;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * An answer that is not what the caller asked for: an RFC 9457 problem with a stable {@code type}
 * ({@code urn:oauth-service:problem:<name>}) and a detail that says what to do.
 */
public class ProblemException extends ErrorResponseException {

    static final String TYPE_PREFIX = "urn:oauth-service:problem:";
    private static final long serialVersionUID = 1;

    public ProblemException(HttpStatus status, String name, String detail) {
        this(status, name, detail, null);
    }

    public ProblemException(HttpStatus status, String name, String detail, @Nullable Throwable cause) {
        super(status, problem(status, name, detail), cause);
    }

    static ProblemDetail problem(HttpStatus status, String name, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TYPE_PREFIX + name));
        problem.setTitle(title(name));
        return problem;
    }

    /** {@code not-connected} is titled "Not connected". */
    private static String title(String name) {
        String words = name.replace('-', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** Adds a member to the problem; null adds nothing. */
    public ProblemException with(String member, @Nullable Object value) {
        if (value != null) {
            getBody().setProperty(member, value);
        }
        return this;
    }

    /** Tells the caller when to ask again, in whole seconds and at least one. */
    public ProblemException retryAfter(Duration wait) {
        getHeaders()
                .set(
                        HttpHeaders.RETRY_AFTER,
                        Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
        return this;
    }

    /**
     * Bad input, told by its field.
     *
     * @param field the parameter's name
     */
    public static ProblemException invalid(String field, String reason) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "invalid-request", field + " " + reason)
                .with("errors", List.of(Map.of("field", field, "reason", reason)));
    }

    /** There are no credentials. */
    public static ProblemException unauthenticated() {
        return unauthenticated("Bearer realm=\"oauth-service\"");
    }

    /** There are credentials, and they are not good: RFC 6750, section 3.1, has a word for that. */
    public static ProblemException invalidToken() {
        return unauthenticated("Bearer realm=\"oauth-service\", error=\"invalid_token\"");
    }

    private static ProblemException unauthenticated(String challenge) {
        ProblemException problem = new ProblemException(
                HttpStatus.UNAUTHORIZED,
                "unauthenticated",
                "Send an API key or a JWT that this service knows as Authorization: Bearer …");
        problem.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, challenge);
        return problem;
    }

    /** The same words whether or not what was asked for exists. */
    public static ProblemException forbidden(String permission) {
        return new ProblemException(
                HttpStatus.FORBIDDEN, "forbidden", "The caller is not entitled to this; it takes " + permission);
    }

    /** Something that we keep our data in cannot be reached; nothing is lost. */
    public static ProblemException storageUnavailable(Throwable cause) {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "storage-unavailable",
                        "What the service stores cannot be reached at the moment; ask again",
                        cause)
                .retryAfter(Duration.ofSeconds(2));
    }

    /** The database is there and does not accept the data: waiting does not help. */
    static ProblemException notStorable(Throwable cause) {
        return new ProblemException(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "The database does not accept the data; asking again does not help. The service's log says more",
                cause);
    }
}
