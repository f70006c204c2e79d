package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The deliveries of the app's webhook: listed, shown with what was sent, and sent again. */
final class HookApi {

    private final GitHubState github;
    private final Webhooks webhooks;
    private final AppJwtVerifier jwt;

    HookApi(GitHubState github, Webhooks webhooks, AppJwtVerifier jwt) {
        this.github = github;
        this.webhooks = webhooks;
        this.jwt = jwt;
    }

    Reply list(Request request) {
        jwt.verify(request);
        Predicate<Delivery> wanted = ofStatus(request.query().get("status"));
        List<Delivery> all = recent().stream().filter(wanted).toList();
        return CursorPage.of(request, github.context).reply(all);
    }

    Reply show(Request request) {
        jwt.verify(request);
        return Reply.json(200, find(request).json(github.context.webhooks("github")));
    }

    /** Accepted, and sent after the answer. */
    Reply redeliver(Request request) {
        jwt.verify(request);
        webhooks.redeliver(find(request));
        return Reply.json(202, Json.object());
    }

    private List<Delivery> recent() {
        return github.view.app().isOther() ? List.of() : webhooks.deliveries().recent();
    }

    private Delivery find(Request request) {
        Delivery found = webhooks.deliveries().find(request.variable("id"));
        if (found == null || github.view.app().isOther()) {
            throw Errors.refuse(404, "Not Found", "delivery_unknown");
        }
        return found;
    }

    private static Predicate<Delivery> ofStatus(@Nullable String status) {
        return switch (status) {
            case null -> each -> true;
            case "success" -> each -> each.statusCode() >= 200 && each.statusCode() < 400;
            case "failure" -> each -> each.statusCode() >= 400 && each.statusCode() < 600;
            default ->
                throw new RejectionException(
                        Errors.api(422, "Validation Failed").violating("status_invalid"));
        };
    }
}
