package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.control.RateLimit;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Atlassian Cloud with one registered app, two sites and two users. */
public final class Atlassian implements Provider {

    private static final String ROOT = "/atlassian";
    private static final Duration LEEWAY = Duration.ofMinutes(10);

    private final ProviderContext context;
    private final AtlassianState atlassian;
    private final DirectorySettings directory;

    public Atlassian(ProviderContext context) {
        this.context = context;
        context.settings().useLeeway(LEEWAY);
        this.atlassian = new AtlassianState(context);
        this.directory = new DirectorySettings(atlassian.directory);
        directory.register(context.settings());
    }

    /** Pages and API share one base address. */
    @Override
    public AtlassianApp registeredApp() {
        return new AtlassianApp(App.CLIENT_ID, App.CLIENT_SECRET, context.url(""), context.url(""));
    }

    @Override
    public List<String> operations() {
        return List.of("authorize", "exchange", "refresh", "info", "me", "revoke");
    }

    @Override
    public List<String> reads() {
        return List.of("info", "me");
    }

    @Override
    public void routes(Routes routes) {
        authorizationServer(routes);
        api(routes);
    }

    private void authorizationServer(Routes routes) {
        AuthorizePage authorize = new AuthorizePage(atlassian);
        TokenEndpoint tokens = new TokenEndpoint(atlassian);
        RevokeEndpoint revoke = new RevokeEndpoint(atlassian);
        String page = ROOT + "/authorize";
        routes.get(page, "authorize", authorize::open).post(page, "authorize", authorize::decide);
        routes.on("POST", ROOT + "/oauth/token", TokenEndpoint::operation, tokens::answer);
        routes.post(ROOT + "/oauth/revoke", "revoke", revoke::answer);
    }

    private void api(Routes routes) {
        BearerTokens tokens = new BearerTokens(atlassian);
        ResourcesApi resources = new ResourcesApi(atlassian, tokens);
        UserApi user = new UserApi(atlassian, tokens);
        routes.get(ROOT + "/oauth/token/accessible-resources", "info", resources::list);
        routes.get(ROOT + "/me", "me", user::me);
        for (String version : List.of("3", "2")) {
            routes.get(ROOT + "/ex/jira/{cloudid}/rest/api/" + version + "/myself", "me", user::myself);
        }
        routes.get(ROOT + "/ex/confluence/{cloudid}/wiki/rest/api/user/current", "me", user::current);
    }

    @Override
    public Map<String, Act> acts() {
        return new AtlassianActs(atlassian, directory).byName();
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
        return Errors.rateLimited(limit, context.visibleNow().plusSeconds(limit.retryAfter()));
    }

    @Override
    public ProviderState state() {
        return atlassian;
    }
}
