package io.oauthservice.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A failed request, answered with an RFC 9457 problem: a stable {@code type} ({@code urn:oauth-service:problem:<name>})
 * and a detail that says what happened and what to do.
 */
public class ProblemException extends ErrorResponseException {

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, null);
    }

    public ProblemException(ProblemType type, String detail, @Nullable Throwable cause) {
        this(type, type.status(), detail, cause);
    }

    /** With another status than that of the type. */
    ProblemException(ProblemType type, HttpStatus status, String detail, @Nullable Throwable cause) {
        super(status, problem(type, status, detail), cause);
    }

    private static ProblemDetail problem(ProblemType type, HttpStatus status, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type.uri());
        problem.setTitle(type.title());
        return problem;
    }

    /** Adds a member to the problem unless the value is null. */
    public ProblemException with(String member, @Nullable Object value) {
        if (value != null) {
            getBody().setProperty(member, value);
        }
        return this;
    }

    /** Sets {@code Retry-After}, rounded up to whole seconds and at least one. */
    public ProblemException retryAfter(Duration wait) {
        getHeaders()
                .set(
                        HttpHeaders.RETRY_AFTER,
                        Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
        return this;
    }

    /**
     * 400 for an invalid field or parameter.
     *
     * @param reason the second half of a sentence about the field, such as "must not be empty"
     */
    public static ProblemException invalid(String field, String reason) {
        return new ProblemException(ProblemType.INVALID_REQUEST, field + " " + reason)
                .with("errors", List.of(Map.of("field", field, "reason", reason)));
    }

    /** 401 for a request without credentials. */
    public static ProblemException unauthenticated() {
        return unauthenticated("Bearer realm=\"oauth-service\"");
    }

    /** 401 for invalid credentials (RFC 6750, section 3.1). */
    public static ProblemException invalidToken() {
        return unauthenticated("Bearer realm=\"oauth-service\", error=\"invalid_token\"");
    }

    private static ProblemException unauthenticated(String challenge) {
        ProblemException problem = new ProblemException(
                ProblemType.UNAUTHENTICATED, "Send a valid API key or JWT in the header Authorization: Bearer …");
        problem.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, challenge);
        return problem;
    }

    /** 403. The detail does not reveal whether the resource exists. */
    public static ProblemException forbidden(String permission) {
        return new ProblemException(
                ProblemType.FORBIDDEN, "The caller is not permitted to do this. Required: " + permission);
    }

    /** 429 for a caller that sends more requests than it may. The limit admits the next one within a second. */
    public static ProblemException rateLimited() {
        return new ProblemException(
                        ProblemType.RATE_LIMITED,
                        "This caller sends more requests per second than it may. Repeat the request later")
                .retryAfter(Duration.ofSeconds(1));
    }

    /** 404 for a platform that does not exist or is not configured. */
    public static ProblemException unknownPlatform() {
        return new ProblemException(
                ProblemType.UNKNOWN_PLATFORM,
                "This service supports no platform of this name. GET /oauth/platforms lists the platforms");
    }

    /** 404 for an installation that does not exist, or that the caller does not see. */
    public static ProblemException unknownInstallation() {
        return new ProblemException(ProblemType.UNKNOWN_INSTALLATION, "There is no installation with this id");
    }

    /** 503 for an unavailable database or vault. */
    public static ProblemException storageUnavailable(Throwable cause) {
        return storageUnavailable("The database is unavailable at the moment. Try again later", cause);
    }

    static ProblemException storageUnavailable(String detail, Throwable cause) {
        return new ProblemException(ProblemType.STORAGE_UNAVAILABLE, detail, cause).retryAfter(Duration.ofSeconds(2));
    }

    /** 500 for data that the database rejects. */
    static ProblemException notStorable(Throwable cause) {
        return new ProblemException(
                ProblemType.INTERNAL_ERROR,
                "The database rejected the data, and a retry fails again. The log of the service contains the reason",
                cause);
    }
}
