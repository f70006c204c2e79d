package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.stage.Memory;
import io.oauthservice.sandbox.stage.Provider;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Handler;
import io.oauthservice.sandbox.wire.Refusal;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;
import io.oauthservice.sandbox.wire.Routes;
import java.util.List;
import java.util.Map;

/** GitHub with one registered app, two organisations and two people. */
public final class GitHub implements Provider {

    public static final String APP_ID = String.valueOf(App.ID);
    public static final String SLUG = App.SLUG;
    public static final String CLIENT_ID = App.CLIENT_ID;
    public static final String CLIENT_SECRET = App.CLIENT_SECRET;
    public static final String WEBHOOK_SECRET = App.WEBHOOK_SECRET;

    private static final String WEB = "/github";
    private static final String API = "/github/api/v3";

    private final Stage stage;
    private final World world;
    private final Webhooks webhooks;
    private final Customers customers;

    public GitHub(Stage stage) {
        this.stage = stage;
        this.world = new World(stage);
        this.webhooks = new Webhooks(stage, world);
        this.customers = new Customers(world, webhooks);
        new AccountSettings(world).register(stage.settings());
    }

    /** The app's key as GitHub issues it: PKCS#1 in PEM. */
    public String privateKeyPem() {
        return world.key.pem();
    }

    @Override
    public List<String> operations() {
        return List.of("authorize", "exchange", "refresh", "mint", "info", "revoke", "suspend", "user");
    }

    @Override
    public void routes(Routes routes) {
        pages(routes);
        tokens(routes);
        appApi(routes);
        tokenApis(routes);
    }

    private void pages(Routes routes) {
        ConfigurePage configure = new ConfigurePage(world, customers);
        InstallPage install = new InstallPage(world, customers, configure);
        AuthorizePage authorize = new AuthorizePage(world);
        for (String apps : List.of(WEB + "/github-apps", WEB + "/apps")) {
            String page = apps + "/{slug}/installations/new";
            routes.get(page, "authorize", install::open).post(page, "authorize", install::decide);
            String preselected = page + "/permissions";
            routes.get(preselected, "authorize", install::openPreselected);
            routes.post(preselected, "authorize", install::decide);
        }
        String installed = WEB + "/organizations/{org}/settings/installations/{id}";
        routes.get(installed, "authorize", configure::open).post(installed, "authorize", configure::decide);
        String login = WEB + "/login/oauth/authorize";
        routes.get(login, "authorize", authorize::open).post(login, "authorize", authorize::decide);
    }

    private void tokens(Routes routes) {
        TokenEndpoint tokens = new TokenEndpoint(world);
        routes.on("POST", WEB + "/login/oauth/access_token", TokenEndpoint::operation, tokens::answer);
    }

    private void appApi(Routes routes) {
        AppApi app = new AppApi(world, customers, webhooks, new AppJwt(world));
        MintApi mint = new MintApi(world, app);
        String installation = API + "/app/installations/{id}";
        routes.get(API + "/app", "info", api(app::app));
        routes.get(API + "/app/installations", "info", api(app::installations));
        routes.get(API + "/app/installation-requests", "info", api(app::requests));
        routes.get(API + "/app/hook/deliveries", "info", api(app::deliveries));
        routes.get(installation, "info", api(app::installation));
        routes.on("DELETE", installation, "revoke", api(app::uninstall));
        routes.on("PUT", installation + "/suspended", "suspend", api(app::suspend));
        routes.on("DELETE", installation + "/suspended", "suspend", api(app::unsuspend));
        routes.post(installation + "/access_tokens", "mint", api(mint::mint));
    }

    private void tokenApis(Routes routes) {
        InstallationApi installation = new InstallationApi(world);
        routes.get(API + "/installation/repositories", "info", api(installation::repositories));
        routes.on("DELETE", API + "/installation/token", "revoke", api(installation::revoke));
        UserApi user = new UserApi(world);
        routes.get(API + "/user", "user", api(user::user));
        routes.get(API + "/user/installations", "user", api(user::installations));
        routes.get(API + "/user/memberships/orgs/{org}", "user", api(user::membership));
        ApplicationsApi applications = new ApplicationsApi(world);
        String client = API + "/applications/{client_id}";
        routes.post(client + "/token", "info", api(applications::check));
        routes.on("DELETE", client + "/token", "revoke", api(applications::revokeToken));
        routes.on("DELETE", client + "/grant", "revoke", api(applications::revokeGrant));
    }

    /** What every address of the REST API has in common. */
    private Handler api(Handler handler) {
        return request -> withLimits(answered(request, handler));
    }

    private static Reply answered(Request request, Handler handler) {
        String agent = request.header("User-Agent");
        if (agent == null || agent.isBlank()) {
            String why = "Request forbidden by administrative rules. Please make sure your request has a User-Agent "
                    + "header.";
            return Reply.text(403, why).violating("user_agent_missing");
        }
        try {
            return handler.handle(request);
        } catch (Refusal refusal) {
            return refusal.reply();
        }
    }

    private Reply withLimits(Reply reply) {
        long reset = stage.wireTime().getEpochSecond() + 3600;
        return reply.with("x-ratelimit-limit", "5000")
                .with("x-ratelimit-remaining", "4999")
                .with("x-ratelimit-used", "1")
                .with("x-ratelimit-resource", "core")
                .with("x-ratelimit-reset", String.valueOf(reset));
    }

    @Override
    public Map<String, Act> acts() {
        return new Acts(world, customers).byName();
    }

    @Override
    public Reply failure(int status) {
        return Errors.failure(status);
    }

    @Override
    public Reply rateLimited(int status) {
        return Errors.rateLimited(status);
    }

    @Override
    public Memory memory() {
        return world;
    }

    @Override
    public void reset() {
        world.reset();
        webhooks.reset();
    }
}
