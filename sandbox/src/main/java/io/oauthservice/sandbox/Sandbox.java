package io.oauthservice.sandbox;

import io.oauthservice.sandbox.atlassian.Atlassian;
import io.oauthservice.sandbox.control.ControlApi;
import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderServer;
import io.oauthservice.sandbox.control.RegisteredApp;
import io.oauthservice.sandbox.github.GitHub;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.slack.Slack;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A running sandbox: one server on 127.0.0.1 with one path per provider and the control API. */
public final class Sandbox implements AutoCloseable {

    private static final String CONTROL = "control";

    private final SandboxOptions options;
    private final Clock clock;
    private final LocalHttpServer server;
    private final @Nullable StateFile stateFile;
    private final Map<String, ProviderServer> providers = new LinkedHashMap<>();
    private final Map<String, ProviderServer> byFirstSegment = new LinkedHashMap<>();
    private final ControlApi control;

    private volatile @Nullable SeenSecrets secrets;

    private Sandbox(SandboxOptions options, Clock clock, LocalHttpServer server) {
        this.options = options;
        this.clock = clock;
        this.server = server;
        Path file = options.stateFile();
        this.stateFile = file == null ? null : new StateFile(file);
        this.control = new ControlApi(providers, this::reset);
        add("github", GitHub::new);
        add("atlassian", Atlassian::new);
        add("slack", Slack::new);
        restore();
    }

    /**
     * Starts a sandbox with the state from its file.
     *
     * @throws IllegalStateException if the port is taken or the state file cannot be read; the message names the remedy
     */
    public static Sandbox start(SandboxOptions options) {
        return start(options, Clock.systemUTC());
    }

    static Sandbox start(SandboxOptions options, Clock clock) {
        LocalHttpServer server = bind(options.port());
        try {
            Sandbox sandbox = new Sandbox(options, clock, server);
            server.serve(sandbox::answer);
            return sandbox;
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private static LocalHttpServer bind(int port) {
        try {
            return LocalHttpServer.bind(port);
        } catch (IOException taken) {
            throw new IllegalStateException(
                    "The sandbox cannot listen on 127.0.0.1:" + port
                            + ": the port is taken. Set SANDBOX_PORT to a free one.",
                    taken);
        }
    }

    private void add(String name, Function<ProviderContext, Provider> provider) {
        ProviderContext context =
                new ProviderContext(name, baseUrl(), options.callbackBase(), options.webhooks(), clock);
        Provider added = provider.apply(context);
        ProviderServer server = new ProviderServer(context, added, this::save);
        providers.put(name, server);
        register(name, server);
        added.rootPaths().forEach(path -> register(path, server));
    }

    private void register(String firstSegment, ProviderServer server) {
        if (firstSegment.equals(CONTROL) || byFirstSegment.putIfAbsent(firstSegment, server) != null) {
            throw new IllegalStateException("Two providers answer below /" + firstSegment);
        }
    }

    /** {@code http://127.0.0.1:<port>}. */
    public URI baseUrl() {
        return server.baseUrl();
    }

    /** Every registered app. */
    public List<RegisteredApp> apps() {
        return providers.values().stream().map(ProviderServer::registeredApp).toList();
    }

    /** The registered app of one provider, such as {@code GitHubApp}. */
    public <A extends RegisteredApp> A app(Class<A> type) {
        return apps().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Resets state, settings, faults and calls. Keys and ports stay. */
    public void reset() {
        providers.values().forEach(ProviderServer::reset);
        save();
    }

    /**
     * From now on, records every secret that a provider issues or receives: tokens, codes, states, verifiers and
     * credentials of clients. Returns what was recorded up to each call.
     */
    public Supplier<Set<String>> recordSecrets() {
        SeenSecrets recorded = new SeenSecrets();
        secrets = recorded;
        return recorded::all;
    }

    @Override
    public void close() {
        server.close();
    }

    private Outcome answer(Request request) {
        String[] path = request.path().split("/", 3);
        String first = path.length > 1 ? path[1] : "";
        if (first.equals(CONTROL)) {
            return control.answer(request);
        }
        ProviderServer server = byFirstSegment.get(first);
        if (server == null) {
            return nothingHere();
        }
        SeenSecrets recorded = secrets;
        if (recorded == null) {
            return server.answer(request);
        }
        recorded.observe(request);
        Outcome answer = server.answer(request);
        recorded.observe(answer);
        return answer;
    }

    private Reply nothingHere() {
        String known = String.join(", ", providers.keySet());
        return Reply.json(404, Json.object().put("error", "nothing here; the providers are " + known));
    }

    private void restore() {
        ObjectNode state = stateFile == null ? null : stateFile.load();
        if (stateFile == null) {
            return;
        }
        try {
            providers.forEach((name, server) -> {
                if (state != null && state.has(name)) {
                    server.restore(state.get(name));
                }
            });
        } catch (RuntimeException damaged) {
            throw stateFile.unreadable(damaged);
        }
        save();
    }

    private void save() {
        if (stateFile != null) {
            stateFile.writeChange(this::state);
        }
    }

    private ObjectNode state() {
        ObjectNode state = Json.object();
        providers.forEach((name, server) -> state.set(name, server.saved()));
        return state;
    }
}
