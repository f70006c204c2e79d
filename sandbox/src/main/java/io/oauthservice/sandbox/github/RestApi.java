package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Handler;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Common behaviour of the REST API: required request headers and standard reply headers. */
final class RestApi {

    static final int LIMIT = 5_000;

    private static final String VERSION_HEADER = "X-GitHub-Api-Version";

    /** The oldest first, which holds where a request names none. */
    private static final List<String> VERSIONS = List.of("2022-11-28", "2026-03-10");

    private final ProviderContext context;

    RestApi(ProviderContext context) {
        this.context = context;
    }

    Handler handler(Handler handler) {
        return request -> answer(request, handler)
                .withHeadersOf(rateLimitHeaders(1, context.visibleNow().plusSeconds(3600)));
    }

    /** A carrier for the headers that show how much of the primary limit is used. */
    static Reply rateLimitHeaders(int used, Instant reset) {
        return Reply.nothing()
                .with("x-ratelimit-limit", String.valueOf(LIMIT))
                .with("x-ratelimit-remaining", String.valueOf(LIMIT - used))
                .with("x-ratelimit-used", String.valueOf(used))
                .with("x-ratelimit-resource", "core")
                .with("x-ratelimit-reset", String.valueOf(reset.getEpochSecond()));
    }

    private static Reply answer(Request request, Handler handler) {
        try {
            checkAgent(request);
            String version = version(request);
            return handler.handle(request)
                    .with("x-github-api-version-selected", version)
                    .advising(advice(request));
        } catch (RejectionException rejection) {
            return rejection.reply();
        }
    }

    private static void checkAgent(Request request) {
        String agent = request.header("User-Agent");
        if (agent == null || agent.isBlank()) {
            String why = "Request forbidden by administrative rules. Please make sure your request has a User-Agent "
                    + "header.";
            throw new RejectionException(Reply.text(403, why).violating("user_agent_missing"));
        }
    }

    private static String version(Request request) {
        String version = request.header(VERSION_HEADER);
        if (version == null || VERSIONS.contains(version)) {
            return version == null ? VERSIONS.getFirst() : version;
        }
        String why = "The version you specified in the \"X-GitHub-API-Version\" request header, \"" + version
                + "\", is not a supported version. The following versions are currently supported: \""
                + VERSIONS.getLast() + "\" (most recent) and \"" + VERSIONS.getFirst() + "\".";
        throw new RejectionException(Errors.badRequest(why).violating("api_version_unsupported"));
    }

    // GitHub answers without these headers, and advises to send them.
    private static @Nullable String advice(Request request) {
        if (!request.accepts("application/vnd.github")) {
            return "accept_missing";
        }
        return request.header(VERSION_HEADER) == null ? "api_version_missing" : null;
    }
}
