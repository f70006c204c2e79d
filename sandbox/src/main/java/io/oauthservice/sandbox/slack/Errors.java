package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.RateLimit;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;

/** Slack's errors: {@code ok: false} with HTTP 200 from the Web API, and an HTML page for browsers. */
final class Errors {

    private Errors() {}

    static RejectionException refuse(String error, String violation) {
        return new RejectionException(api(200, error).violating(violation));
    }

    static RejectionException refuse(String error, String violation, SlackGrant about) {
        return new RejectionException(api(200, error).violating(violation).about(about.named()));
    }

    /** An error page; Slack does not redirect to the app. */
    static RejectionException page(String error, String why) {
        return new RejectionException(new Page("Slack", "Something went wrong")
                .paragraph(why)
                .paragraph("Error: " + error)
                .reply(400)
                .violating(error));
    }

    static Reply failure(int status) {
        String error = switch (status) {
            case 401 -> "invalid_auth";
            case 403 -> "no_permission";
            case 404 -> "unknown_method";
            case 408, 504 -> "request_timeout";
            case 429 -> "ratelimited";
            case 503 -> "service_unavailable";
            default -> "internal_error";
        };
        return api(status, error);
    }

    static Reply rateLimited(RateLimit limit) {
        return api(limit.status(), "ratelimited").with("Retry-After", String.valueOf(limit.retryAfter()));
    }

    private static Reply api(int status, String error) {
        return Reply.json(status, Json.object().put("ok", false).put("error", error));
    }
}
