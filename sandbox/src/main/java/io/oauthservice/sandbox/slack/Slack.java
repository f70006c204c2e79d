package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.stage.Provider;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Json;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Routes;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Slack with one registered app, two workspaces, an enterprise organisation and two people. */
public final class Slack implements Provider {

    public static final String APP_ID = App.ID;
    public static final String CLIENT_ID = App.CLIENT_ID;
    public static final String CLIENT_SECRET = App.CLIENT_SECRET;
    public static final String SIGNING_SECRET = App.SIGNING_SECRET;

    public Slack(Stage stage) {}

    @Override
    public List<String> operations() {
        return List.of("authorize", "exchange", "refresh", "info", "revoke", "uninstall");
    }

    @Override
    public void routes(Routes routes) {}

    @Override
    public Map<String, Act> acts() {
        return Map.of();
    }

    @Override
    public Reply failure(int status) {
        return Reply.json(status, Json.object().put("ok", false).put("error", "internal_error"));
    }

    @Override
    public Reply rateLimited(int status) {
        return Reply.json(status, Json.object().put("ok", false).put("error", "ratelimited"));
    }

    @Override
    public JsonNode saved() {
        return Json.object();
    }

    @Override
    public void restore(JsonNode saved) {}

    @Override
    public void reset() {}
}
