package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import io.oauthservice.sandbox.wire.Page;
import io.oauthservice.sandbox.wire.Refusal;
import io.oauthservice.sandbox.wire.Reply;

/** GitHub's refusals: JSON from the API, a page for people. */
final class Errors {

    private Errors() {}

    static Reply api(int status, String message) {
        return Reply.json(
                status,
                Json.object()
                        .put("message", message)
                        .put("documentation_url", "https://docs.github.com/rest")
                        .put("status", String.valueOf(status)));
    }

    static Refusal refuse(int status, String message, String violation) {
        return new Refusal(api(status, message).violating(violation));
    }

    static Refusal notFoundPage(String violation) {
        Page page = new Page("GitHub", "Page not found").says("This is not the page you are looking for.");
        return new Refusal(page.reply(404).violating(violation));
    }

    static Reply failure(int status) {
        String message = switch (status) {
            case 401 -> "Bad credentials";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            default -> status >= 500 ? "Server Error" : "The sandbox was told to answer this.";
        };
        return api(status, message);
    }

    static Reply rateLimited(int status) {
        return api(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
    }
}
