package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.control.RateLimit;
import io.oauthservice.sandbox.control.RecordedWebhook;
import io.oauthservice.sandbox.control.SendsWebhooks;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Routes;
import java.util.List;
import java.util.Map;

/** GitHub with one registered app, two organisations and two users. */
public final class GitHub implements Provider, SendsWebhooks {

    public static final String APP_ID = String.valueOf(App.ID);
    public static final String WEBHOOK_SECRET = App.WEBHOOK_SECRET;

    private final ProviderContext context;
    private final RestApi rest;
    private final GitHubState github;
    private final Webhooks webhooks;
    private final GitHubChanges changes;

    public GitHub(ProviderContext context) {
        this.context = context;
        this.rest = new RestApi(context);
        this.github = new GitHubState(context);
        this.webhooks = new Webhooks(context, github);
        this.changes = new GitHubChanges(github, webhooks);
        new AccountSettings(github).register(context.settings());
    }

    @Override
    public GitHubApp registeredApp() {
        return new GitHubApp(
                APP_ID,
                App.SLUG,
                App.CLIENT_ID,
                App.CLIENT_SECRET,
                github.key.pem(),
                WEBHOOK_SECRET,
                context.url(""),
                context.url("/api/v3"));
    }

    @Override
    public List<String> operations() {
        return List.of("authorize", "exchange", "refresh", "mint", "info", "revoke", "suspend", "redeliver", "user");
    }

    @Override
    public List<String> reads() {
        return List.of("info", "user");
    }

    @Override
    public List<String> rootPaths() {
        return List.of("api", "apps", "github-apps", "login", "organizations");
    }

    @Override
    public void routes(Routes routes) {
        List<String> prefixes = List.of(Addresses.PREFIX, Addresses.ROOT);
        pages(routes, prefixes);
        tokens(routes, prefixes);
        List<String> apis = prefixes.stream().map(prefix -> prefix + "/api/v3").toList();
        AppJwtVerifier jwt = new AppJwtVerifier(github);
        appApi(routes, apis, new AppApi(github, changes, jwt));
        lookupApi(routes, apis, new LookupApi(github, jwt));
        hookApi(routes, apis, new HookApi(github, webhooks, jwt));
        installationApi(routes, apis);
        userApi(routes, apis);
        applicationsApi(routes, apis);
    }

    private void pages(Routes routes, List<String> prefixes) {
        ConfigurePage configure = new ConfigurePage(github, changes);
        InstallPage install = new InstallPage(github, changes, configure);
        AuthorizePage authorize = new AuthorizePage(github);
        for (String web : prefixes) {
            for (String apps : List.of(web + "/github-apps", web + "/apps")) {
                String page = apps + "/{slug}/installations/new";
                routes.get(page, "authorize", install::open).post(page, "authorize", install::decide);
                String preselected = page + "/permissions";
                routes.get(preselected, "authorize", install::openPreselected);
                routes.post(preselected, "authorize", install::decide);
            }
            String installed = web + "/organizations/{org}/settings/installations/{id}";
            routes.get(installed, "authorize", configure::open).post(installed, "authorize", configure::decide);
            String login = web + "/login/oauth/authorize";
            routes.get(login, "authorize", authorize::open).post(login, "authorize", authorize::decide);
        }
    }

    private void tokens(Routes routes, List<String> prefixes) {
        TokenEndpoint tokens = new TokenEndpoint(github);
        for (String web : prefixes) {
            routes.on("POST", web + "/login/oauth/access_token", TokenEndpoint::operation, tokens::answer);
        }
    }

    private void appApi(Routes routes, List<String> apis, AppApi app) {
        MintApi mint = new MintApi(github, app);
        for (String api : apis) {
            String installation = api + "/app/installations/{id}";
            routes.get(api + "/app", "info", rest.handler(app::app));
            routes.get(api + "/app/installations", "info", rest.handler(app::installations));
            routes.get(api + "/app/installation-requests", "info", rest.handler(app::requests));
            routes.get(installation, "info", rest.handler(app::installation));
            routes.on("DELETE", installation, "revoke", rest.handler(app::uninstall));
            routes.on("PUT", installation + "/suspended", "suspend", rest.handler(app::suspend));
            routes.on("DELETE", installation + "/suspended", "suspend", rest.handler(app::unsuspend));
            routes.post(installation + "/access_tokens", "mint", rest.handler(mint::mint));
        }
    }

    private void lookupApi(Routes routes, List<String> apis, LookupApi lookup) {
        for (String api : apis) {
            routes.get(api + "/orgs/{org}/installation", "info", rest.handler(lookup::ofOrganization));
            routes.get(api + "/repos/{owner}/{repo}/installation", "info", rest.handler(lookup::ofRepository));
            routes.get(api + "/users/{username}/installation", "info", rest.handler(lookup::ofUser));
        }
    }

    private void hookApi(Routes routes, List<String> apis, HookApi hook) {
        for (String api : apis) {
            String deliveries = api + "/app/hook/deliveries";
            routes.get(deliveries, "info", rest.handler(hook::list));
            routes.get(deliveries + "/{id}", "info", rest.handler(hook::show));
            routes.post(deliveries + "/{id}/attempts", "redeliver", rest.handler(hook::redeliver));
        }
    }

    private void installationApi(Routes routes, List<String> apis) {
        InstallationApi installation = new InstallationApi(github);
        for (String api : apis) {
            routes.get(api + "/installation/repositories", "info", rest.handler(installation::repositories));
            routes.on("DELETE", api + "/installation/token", "revoke", rest.handler(installation::revoke));
        }
    }

    private void userApi(Routes routes, List<String> apis) {
        UserApi user = new UserApi(github);
        for (String api : apis) {
            routes.get(api + "/user", "user", rest.handler(user::user));
            routes.get(api + "/user/installations", "user", rest.handler(user::installations));
            routes.get(api + "/user/memberships/orgs/{org}", "user", rest.handler(user::membership));
        }
    }

    private void applicationsApi(Routes routes, List<String> apis) {
        ApplicationsApi applications = new ApplicationsApi(github);
        for (String api : apis) {
            String client = api + "/applications/{client_id}";
            routes.post(client + "/token", "info", rest.handler(applications::check));
            routes.on("DELETE", client + "/token", "revoke", rest.handler(applications::revokeToken));
            routes.on("DELETE", client + "/grant", "revoke", rest.handler(applications::revokeGrant));
        }
    }

    @Override
    public Map<String, Act> acts() {
        return new GitHubActs(github, changes).byName();
    }

    @Override
    public List<RecordedWebhook> webhooks() {
        return webhooks.recordedWebhooks();
    }

    @Override
    public String newDeliveryId() {
        return Webhooks.newGuid();
    }

    @Override
    public Reply failure(int status) {
        return Errors.failure(status);
    }

    @Override
    public List<String> rateLimits() {
        return List.of(Errors.SECONDARY, Errors.PRIMARY);
    }

    @Override
    public Reply rateLimited(RateLimit limit) {
        return Errors.rateLimited(limit, context.visibleNow());
    }

    @Override
    public ProviderState state() {
        return github;
    }

    @Override
    public void reset() {
        github.reset();
        webhooks.reset();
    }
}
