package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.http.Routes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A provider on its context: every request is recorded, struck by the fault that waits for it, and handled; whatever may
 * have changed is saved before the caller hears of it. Handling happens one request at a time, waiting does not.
 */
public final class ProviderServer {

    // A consent page may answer for the person, and Slack's methods take a GET for a POST.
    private static final Set<String> CHANGING_BY_GET = Set.of("authorize", "revoke", "uninstall");

    private final ProviderContext context;
    private final Provider provider;
    private final Runnable save;
    private final Routes routes = new Routes();
    private final Faults faults = new Faults();
    private final Calls calls = new Calls();
    private final ReentrantLock oneAtATime = new ReentrantLock();

    public ProviderServer(ProviderContext context, Provider provider, Runnable save) {
        this.context = context;
        this.provider = provider;
        this.save = save;
        provider.routes(routes);
    }

    public Outcome answer(Request request) {
        Routes.@Nullable Match match = routes.find(request);
        String operation = match == null ? "unknown" : match.operation();
        Fault fault = faults.take(operation);
        Calls.Call call = calls.received(operation, context.callTime(), fault);
        Outcome answer = fault == null ? handled(match, call) : struck(fault, match, call);
        pause(context.settings().latency());
        switch (answer) {
            case Reply reply -> call.answered(reply.status());
            case Outcome.Slowly slowly -> call.answered(slowly.reply().status());
            case Outcome.Closed closed -> {}
        }
        return answer;
    }

    private Outcome struck(Fault fault, Routes.@Nullable Match match, Calls.Call call) {
        return switch (fault.kind()) {
            case STATUS -> failure(fault);
            case RATE_LIMIT -> limited(fault);
            case HTML -> gatewayPage(fault);
            case SLOW -> new Outcome.Slowly(handled(match, call), fault.lasting());
            case DROP_REPLY -> {
                handled(match, call);
                yield new Outcome.Closed();
            }
            case HANG -> {
                if (fault.effect()) {
                    handled(match, call);
                }
                faults.hang(fault.lasting());
                yield new Outcome.Closed();
            }
        };
    }

    private Reply failure(Fault fault) {
        JsonNode body = fault.body();
        return body == null ? provider.failure(fault.status()) : ordered(fault.status(), body);
    }

    private Reply limited(Fault fault) {
        Reply reply = provider.rateLimited(fault.rateLimit());
        JsonNode body = fault.body();
        return body == null ? reply : ordered(fault.status(), body).withHeadersOf(reply);
    }

    private static Reply ordered(int status, JsonNode body) {
        return body.isString() ? Reply.text(status, body.stringValue()) : Reply.json(status, body);
    }

    private static Reply gatewayPage(Fault fault) {
        JsonNode body = fault.body();
        String page = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";
        return Reply.html(fault.status(), body == null ? page : body.asString(page));
    }

    private Reply handled(Routes.@Nullable Match match, Calls.Call call) {
        Reply reply = match == null ? provider.failure(404).violating("unknown_path") : exclusively(match::answer);
        call.handled(reply);
        if (match != null && mayChange(match)) {
            save.run();
        }
        return reply;
    }

    private static boolean mayChange(Routes.Match match) {
        return !match.request().method().equals("GET") || CHANGING_BY_GET.contains(match.operation());
    }

    ObjectNode settings() {
        return exclusively(context.settings()::shown);
    }

    void patch(Input input) {
        changing(() -> {
            context.settings().patch(input);
            return true;
        });
    }

    ObjectNode act(Input input) {
        Provider.Act act = input.choice("act", provider.acts());
        return changing(() -> act.perform(input));
    }

    void order(Input input) {
        faults.order(Fault.from(input, provider.operations(), provider.rateLimits()));
    }

    Faults faults() {
        return faults;
    }

    Calls calls() {
        return calls;
    }

    /** Everything that outlives a restart. */
    public ObjectNode saved() {
        return exclusively(() -> Json.object()
                .set("settings", context.settings().saved())
                .set("world", provider.memory().saved()));
    }

    /** Takes up what {@link #saved} gave; called before the first request. */
    public void restore(JsonNode saved) {
        provider.memory().restore(saved.path("world"));
        if (saved.get("settings") instanceof ObjectNode settings) {
            context.settings().restore(new Input(settings));
        }
    }

    /** Back to the start: settings, faults, calls, and everything that happened. */
    public void reset() {
        faults.clear();
        calls.clear();
        exclusively(() -> {
            context.settings().reset();
            provider.reset();
            return true;
        });
    }

    private <T> T changing(Supplier<T> change) {
        T result = exclusively(change);
        save.run();
        return result;
    }

    private <T> T exclusively(Supplier<T> step) {
        oneAtATime.lock();
        try {
            return step.get();
        } finally {
            oneAtATime.unlock();
        }
    }

    private static void pause(Duration latency) {
        try {
            Thread.sleep(latency);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
