package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.RateLimit;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import java.time.Instant;
import java.util.List;

/** Atlassian's errors: one format at the token endpoint, another at the API, and an HTML page for browsers. */
final class Errors {

    /** The values of {@code RateLimit-Reason}, without the product in front. */
    static final List<String> RATE_LIMITS =
            List.of("burst-based", "quota-global-based", "quota-tenant-based", "per-issue-on-write");

    private Errors() {}

    static Reply token(int status, String error, String description) {
        return Reply.json(status, Json.object().put("error", error).put("error_description", description))
                .with("Cache-Control", "no-store");
    }

    /** The client id or secret is wrong or missing. */
    static RejectionException unauthorizedClient(String violation) {
        return new RejectionException(
                token(401, "access_denied", "Unauthorized").violating(violation));
    }

    static RejectionException invalidRequest(String description, String violation) {
        return new RejectionException(token(400, "invalid_request", description).violating(violation));
    }

    static Reply api(int status, String message) {
        return Reply.json(status, Json.object().put("code", status).put("message", message));
    }

    static RejectionException refuse(int status, String message, String violation) {
        return new RejectionException(api(status, message).violating(violation));
    }

    static RejectionException page(int status, String why, String violation) {
        return new RejectionException(new Page("Atlassian", "Something went wrong")
                .paragraph(why)
                .reply(status)
                .violating(violation));
    }

    static Reply failure(int status) {
        String message = switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Rate limit exceeded";
            case 503 -> "Service Unavailable";
            default -> status >= 500 ? "Internal Server Error" : "A fault of the sandbox caused this response.";
        };
        return api(status, message);
    }

    /** Atlassian's reset time is in ISO 8601; other providers use seconds. */
    static Reply rateLimited(RateLimit limit, Instant reset) {
        return failure(limit.status())
                .with("Retry-After", String.valueOf(limit.retryAfter()))
                .with("X-RateLimit-Limit", "350")
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", reset.toString())
                .with("X-RateLimit-NearLimit", "true")
                .with("RateLimit-Reason", "jira-" + limit.kind());
    }
}
