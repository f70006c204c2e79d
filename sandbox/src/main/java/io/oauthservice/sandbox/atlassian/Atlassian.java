package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Memory;
import io.oauthservice.sandbox.stage.Provider;
import io.oauthservice.sandbox.stage.RateLimit;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Atlassian Cloud with one registered app, two sites and two people. */
public final class Atlassian implements Provider {

    public static final String CLIENT_ID = App.CLIENT_ID;
    public static final String CLIENT_SECRET = App.CLIENT_SECRET;

    private static final String ROOT = "/atlassian";
    private static final Duration LEEWAY = Duration.ofMinutes(10);

    private final Stage stage;
    private final World world;
    private final DirectorySettings directory;

    public Atlassian(Stage stage) {
        this.stage = stage;
        stage.settings().startWithLeeway(LEEWAY);
        this.world = new World(stage);
        this.directory = new DirectorySettings(world.directory);
        directory.register(stage.settings());
    }

    @Override
    public List<String> operations() {
        return List.of("authorize", "exchange", "refresh", "info", "me", "revoke");
    }

    @Override
    public void routes(Routes routes) {
        authorizationServer(routes);
        api(routes);
    }

    private void authorizationServer(Routes routes) {
        AuthorizePage authorize = new AuthorizePage(world);
        TokenEndpoint tokens = new TokenEndpoint(world);
        RevokeEndpoint revoke = new RevokeEndpoint(world);
        String page = ROOT + "/authorize";
        routes.get(page, "authorize", authorize::open).post(page, "authorize", authorize::decide);
        routes.on("POST", ROOT + "/oauth/token", TokenEndpoint::operation, tokens::answer);
        routes.post(ROOT + "/oauth/revoke", "revoke", revoke::answer);
    }

    private void api(Routes routes) {
        BearerTokens tokens = new BearerTokens(world);
        ResourcesApi resources = new ResourcesApi(world, tokens);
        UserApi user = new UserApi(world, tokens);
        routes.get(ROOT + "/oauth/token/accessible-resources", "info", resources::list);
        routes.get(ROOT + "/me", "me", user::me);
        for (String version : List.of("3", "2")) {
            routes.get(ROOT + "/ex/jira/{cloudid}/rest/api/" + version + "/myself", "me", user::myself);
        }
        routes.get(ROOT + "/ex/confluence/{cloudid}/wiki/rest/api/user/current", "me", user::current);
    }

    @Override
    public Map<String, Act> acts() {
        return new Acts(world, directory).byName();
    }

    @Override
    public Reply failure(int status) {
        return Errors.failure(status);
    }

    @Override
    public List<String> rateLimits() {
        return Errors.RATE_LIMITS;
    }

    @Override
    public Reply rateLimited(RateLimit limit) {
        return Errors.rateLimited(limit, stage.wireTime().plusSeconds(limit.retryAfter()));
    }

    @Override
    public Memory memory() {
        return world;
    }
}
