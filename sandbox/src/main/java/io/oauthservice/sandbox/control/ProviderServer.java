package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.http.Routes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs a provider: records every request, applies a pending fault, handles the request, and saves the state before the
 * reply. Requests are handled one at a time; delays do not block other requests.
 */
public final class ProviderServer {

    // A consent page may approve on GET, and Slack's methods accept GET as well as POST.
    private static final Set<String> CHANGING_BY_GET = Set.of("authorize", "revoke", "uninstall");

    private final ProviderContext context;
    private final Provider provider;
    private final Runnable save;
    private final Routes routes = new Routes();
    private final Faults faults = new Faults();
    private final Calls calls = new Calls();
    private final StaleReads staleReads;
    private final ReentrantLock lock = new ReentrantLock();

    public ProviderServer(ProviderContext context, Provider provider, Runnable save) {
        this.context = context;
        this.provider = provider;
        this.save = save;
        this.staleReads = new StaleReads(provider, context);
        provider.routes(routes);
    }

    public Outcome answer(Request request) {
        Routes.@Nullable Match match = routes.find(request);
        String operation = match == null ? "unknown" : match.operation();
        Fault fault = faults.take(operation, request);
        Calls.Call call = calls.record(operation, context.callTime(), fault);
        Outcome answer = fault == null ? handle(match, call) : applyFault(fault, match, call);
        pause(context.settings().latency());
        switch (answer) {
            case Reply reply -> call.setStatus(reply.status());
            case Outcome.SlowReply slow -> call.setStatus(slow.reply().status());
            case Outcome.ClosedConnection closed -> {}
        }
        return answer;
    }

    private Outcome applyFault(Fault fault, Routes.@Nullable Match match, Calls.Call call) {
        return switch (fault.kind()) {
            case STATUS -> failure(fault);
            case RATE_LIMIT -> rateLimited(fault);
            case EMPTY -> EmptyLists.in(handle(match, call));
            case STALE -> handle(match, call);
            case HTML -> gatewayPage(fault);
            case SLOW -> new Outcome.SlowReply(handle(match, call), fault.lasting());
            case DROP_REPLY -> {
                handle(match, call);
                yield new Outcome.ClosedConnection();
            }
            case HANG -> {
                if (fault.effect()) {
                    handle(match, call);
                }
                faults.hang(fault.lasting());
                yield new Outcome.ClosedConnection();
            }
        };
    }

    private Reply failure(Fault fault) {
        JsonNode body = fault.body();
        return body == null ? provider.failure(fault.status()) : customReply(fault.status(), body);
    }

    private Reply rateLimited(Fault fault) {
        Reply reply = provider.rateLimited(fault.rateLimit());
        JsonNode body = fault.body();
        return body == null ? reply : customReply(fault.status(), body).withHeadersOf(reply);
    }

    private static Reply customReply(int status, JsonNode body) {
        return body.isString() ? Reply.text(status, body.stringValue()) : Reply.json(status, body);
    }

    private static Reply gatewayPage(Fault fault) {
        JsonNode body = fault.body();
        String page = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";
        return Reply.html(fault.status(), body == null ? page : body.asString(page));
    }

    private Reply handle(Routes.@Nullable Match match, Calls.Call call) {
        Reply reply = match == null
                ? provider.failure(404).violating("unknown_path")
                : withLock(() -> staleReads.answer(match));
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
        return withLock(context.settings()::shown);
    }

    void patch(Input input) {
        changing(() -> {
            context.settings().patch(input);
            return true;
        });
    }

    ObjectNode act(Input input) {
        return input.choice("act", acts()).perform(input);
    }

    private Map<String, Provider.Act> acts() {
        Map<String, Provider.Act> acts = new LinkedHashMap<>();
        provider.acts().forEach((name, act) -> acts.put(name, input -> changing(() -> act.perform(input))));
        if (provider instanceof SendsWebhooks sender) {
            // Sent without the lock: the service may call the provider before it answers.
            acts.put(
                    Deliver.NAME,
                    input -> withLock(() -> Deliver.from(input, sender)).send());
        }
        return acts;
    }

    void addFault(Input input) {
        Fault fault = Fault.from(input, provider);
        if (fault.kind() == Fault.Kind.STALE) {
            withLock(() -> staleReads.begin(fault));
        } else {
            faults.add(fault);
        }
    }

    ArrayNode faults() {
        ArrayNode all = faults.json();
        withLock(() -> staleReads.addTo(all));
        return all;
    }

    void clearFaults() {
        faults.clear();
        withLock(staleReads::end);
    }

    /** The app that is registered at the provider. */
    public RegisteredApp registeredApp() {
        return provider.registeredApp();
    }

    Calls calls() {
        return calls;
    }

    /** The settings and the state that are saved across restarts. */
    public ObjectNode saved() {
        return withLock(() -> Json.object()
                .set("settings", context.settings().saved())
                .set("state", provider.state().saved()));
    }

    /** Restores what {@link #saved} returned; called before the first request. */
    public void restore(JsonNode saved) {
        // A file of an earlier version has another name for the state.
        provider.state().restore(saved.has("state") ? saved.path("state") : saved.path("world"));
        if (saved.get("settings") instanceof ObjectNode settings) {
            context.settings().restore(new Input(settings));
        }
    }

    /** Resets settings, faults, calls and the provider's state. */
    public void reset() {
        clearFaults();
        calls.clear();
        withLock(() -> {
            context.settings().reset();
            provider.reset();
            return true;
        });
    }

    private <T> T changing(Supplier<T> change) {
        T result = withLock(change);
        save.run();
        return result;
    }

    private <T> T withLock(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
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
