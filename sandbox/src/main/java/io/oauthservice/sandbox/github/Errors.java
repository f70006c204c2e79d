package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.RateLimit;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** GitHub's errors: JSON from the API, an HTML page for browsers. */
final class Errors {

    static final String PRIMARY = "primary";
    static final String SECONDARY = "secondary";

    private static final String REST_DOCS = "https://docs.github.com/rest";

    // Official clients recognise the limits by these texts, by the end of the address and by the headers.
    private static final String PRIMARY_MESSAGE = "API rate limit exceeded for installation.";
    private static final String SECONDARY_MESSAGE =
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    private static final String RATE_LIMIT_DOCS =
            "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

    private Errors() {}

    static Reply api(int status, String message) {
        return api(status, message, REST_DOCS);
    }

    private static Reply api(int status, String message, String documentation) {
        return Reply.json(status, body(status, message, documentation));
    }

    /** An error with its reason in {@code errors}, which is text here and a list in other errors. */
    static Reply badRequest(String why) {
        return Reply.json(400, body(400, "Bad Request", REST_DOCS).put("errors", why));
    }

    private static ObjectNode body(int status, String message, String documentation) {
        return Json.object()
                .put("message", message)
                .put("documentation_url", documentation)
                .put("status", String.valueOf(status));
    }

    static RejectionException refuse(int status, String message, String violation) {
        return new RejectionException(api(status, message).violating(violation));
    }

    static RejectionException notFoundPage(String violation) {
        Page page = new Page("GitHub", "Page not found").paragraph("This is not the page you are looking for.");
        return new RejectionException(page.reply(404).violating(violation));
    }

    static Reply failure(int status) {
        String message = switch (status) {
            case 401 -> "Bad credentials";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            default -> status >= 500 ? "Server Error" : "A fault of the sandbox caused this response.";
        };
        return api(status, message);
    }

    /** The secondary limit names the seconds to wait; the primary one has nothing remaining until its reset. */
    static Reply rateLimited(RateLimit limit, Instant now) {
        if (limit.kind().equals(SECONDARY)) {
            return api(limit.status(), SECONDARY_MESSAGE, RATE_LIMIT_DOCS + "#about-secondary-rate-limits")
                    .with("Retry-After", String.valueOf(limit.retryAfter()))
                    .withHeadersOf(RestApi.rateLimitHeaders(1, now.plusSeconds(3600)));
        }
        return api(limit.status(), PRIMARY_MESSAGE, RATE_LIMIT_DOCS)
                .withHeadersOf(RestApi.rateLimitHeaders(RestApi.LIMIT, now.plusSeconds(limit.retryAfter())));
    }
}
