package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.control.RateLimit;
import io.oauthservice.sandbox.control.RecordedWebhook;
import io.oauthservice.sandbox.control.SendsWebhooks;
import io.oauthservice.sandbox.http.Handler;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.http.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Slack with one registered app, two workspaces, an organisation and two users. */
public final class Slack implements Provider, SendsWebhooks {

    public static final String SIGNING_SECRET = App.SIGNING_SECRET;

    private static final String AUTHORIZE = "/slack/oauth/v2/authorize";
    private static final String API = "/slack/api/";
    private static final Duration LEEWAY = Duration.ofSeconds(10);

    private final ProviderContext context;
    private final SlackState slack;
    private final Events events;
    private final SlackChanges changes;

    public Slack(ProviderContext context) {
        this.context = context;
        context.settings().useLeeway(LEEWAY);
        this.slack = new SlackState(context);
        this.events = new Events(slack);
        this.changes = new SlackChanges(slack, events);
        new DirectorySettings(slack).register(context.settings());
    }

    @Override
    public SlackApp registeredApp() {
        return new SlackApp(
                App.ID, App.CLIENT_ID, App.CLIENT_SECRET, SIGNING_SECRET, context.url(""), context.url("/api"));
    }

    @Override
    public List<String> operations() {
        return List.of("authorize", "exchange", "refresh", "info", "revoke", "uninstall");
    }

    @Override
    public void routes(Routes routes) {
        AuthorizePage page = new AuthorizePage(slack);
        routes.get(AUTHORIZE, "authorize", page::open).post(AUTHORIZE, "authorize", page::decide);
        OAuthApi oauth = new OAuthApi(slack, changes);
        routes.on("POST", API + "oauth.v2.access", OAuthApi::operation, oauth::access);
        routes.get(API + "oauth.v2.access", "exchange", oauth::inQuery);
        TokenAuthentication caller = new TokenAuthentication(slack);
        AuthApi auth = new AuthApi(slack, changes, caller);
        AppsApi apps = new AppsApi(slack, changes, caller);
        method(routes, "auth.test", "info", auth::test);
        method(routes, "auth.teams.list", "info", auth::teams);
        method(routes, "auth.revoke", "revoke", auth::revoke);
        method(routes, "apps.uninstall", "uninstall", apps::uninstall);
        method(routes, "{method}", "unknown", Slack::unknown);
    }

    /** A method of the Web API takes its arguments by GET and by POST. */
    private static void method(Routes routes, String name, String operation, Handler handler) {
        routes.get(API + name, operation, handler).post(API + name, operation, handler);
    }

    private static Reply unknown(Request request) {
        return Errors.refuse("unknown_method", "unknown_method").reply();
    }

    @Override
    public Map<String, Act> acts() {
        return new SlackActs(slack, changes).byName();
    }

    @Override
    public List<RecordedWebhook> webhooks() {
        return events.recordedWebhooks();
    }

    @Override
    public String newDeliveryId() {
        return slack.nextEventId();
    }

    @Override
    public void reset() {
        slack.reset();
        events.reset();
    }

    @Override
    public Reply failure(int status) {
        return Errors.failure(status);
    }

    @Override
    public List<String> rateLimits() {
        return List.of("method");
    }

    @Override
    public Reply rateLimited(RateLimit limit) {
        return Errors.rateLimited(limit);
    }

    @Override
    public ProviderState state() {
        return slack;
    }
}
