package io.oauthservice.web;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/** The kinds of problems. Callers decide by their names, which are documented in {@code docs/api.md}. */
public enum ProblemType {
    INVALID_REQUEST(HttpStatus.BAD_REQUEST),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED),
    FORBIDDEN(HttpStatus.FORBIDDEN),
    NOT_CONNECTED(HttpStatus.NOT_FOUND),
    UNKNOWN_PLATFORM(HttpStatus.NOT_FOUND),
    UNKNOWN_INSTALLATION(HttpStatus.NOT_FOUND),
    UNKNOWN_LINK(HttpStatus.NOT_FOUND),
    NOT_FOUND(HttpStatus.NOT_FOUND),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE),
    TOO_SLOW(HttpStatus.REQUEST_TIMEOUT),
    RECONNECT_REQUIRED(HttpStatus.CONFLICT),
    NOT_UNCLAIMED(HttpStatus.CONFLICT),
    LINK_SPENT(HttpStatus.CONFLICT),
    SUSPENDED(HttpStatus.CONFLICT),
    PENDING_APPROVAL(HttpStatus.CONFLICT),
    AMBIGUOUS_ORGANISATION(HttpStatus.CONFLICT),
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),
    TOO_LONG(HttpStatus.URI_TOO_LONG),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE),
    UNKNOWN_HOST(HttpStatus.MISDIRECTED_REQUEST),
    PERMISSIONS_NOT_GRANTED(HttpStatus.UNPROCESSABLE_CONTENT),
    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS),
    HEADERS_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR),
    PROVIDER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
    STORAGE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
    BUSY(HttpStatus.SERVICE_UNAVAILABLE),
    ISSUER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE);

    private final HttpStatus status;
    private final URI uri;
    private final String title;

    ProblemType(HttpStatus status) {
        String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        this.status = status;
        this.uri = URI.create("urn:oauth-service:problem:" + words.replace(' ', '-'));
        this.title = name().charAt(0) + words.substring(1);
    }

    /** The type of a response with this status that has no more specific type. Empty for most statuses. */
    static Optional<ProblemType> ofStatus(int status) {
        return Arrays.stream(values())
                .filter(type -> type.status.value() == status)
                .filter(type -> switch (type) {
                    case INVALID_REQUEST,
                            NOT_FOUND,
                            METHOD_NOT_ALLOWED,
                            NOT_ACCEPTABLE,
                            TOO_LARGE,
                            UNSUPPORTED_MEDIA_TYPE -> true;
                    default -> false;
                })
                .findFirst();
    }

    public HttpStatus status() {
        return status;
    }

    URI uri() {
        return uri;
    }

    /** The title of {@code not-connected} is "Not connected". */
    String title() {
        return title;
    }
}
