package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.http.Routes;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The control API: settings, faults, calls, acts and the reset. Invalid input gets 400 and the reason. */
public final class ControlApi {

    private final Map<String, ProviderServer> providers;
    private final Routes routes = new Routes();

    public ControlApi(Map<String, ProviderServer> providers, Runnable reset) {
        this.providers = providers;
        routes.post("/control/reset", "reset", request -> {
            reset.run();
            return Reply.nothing();
        });
        routes.get("/control/{provider}/settings", "settings", this::settings);
        routes.on("PATCH", "/control/{provider}/settings", "settings", this::patch);
        routes.get("/control/{provider}/faults", "faults", this::faults);
        routes.post("/control/{provider}/faults", "faults", this::addFault);
        routes.on("DELETE", "/control/{provider}/faults", "faults", this::clearFaults);
        routes.get("/control/{provider}/calls", "calls", this::calls);
        routes.on("DELETE", "/control/{provider}/calls", "calls", this::clearCalls);
        routes.post("/control/{provider}/acts", "acts", this::act);
    }

    public Reply answer(Request request) {
        Routes.Match match = routes.find(request);
        if (match == null) {
            return error(404, "no such control call: " + request.method() + " " + request.path());
        }
        try {
            return match.answer();
        } catch (InvalidInput wrong) {
            return error(400, wrong.getMessage());
        }
    }

    private Reply settings(Request request) {
        return Reply.json(200, server(request).settings());
    }

    private Reply patch(Request request) {
        ProviderServer server = server(request);
        server.patch(input(request));
        return Reply.json(200, server.settings());
    }

    private Reply faults(Request request) {
        return listReply("faults", server(request).faults());
    }

    private Reply addFault(Request request) {
        server(request).addFault(input(request));
        return Reply.nothing();
    }

    private Reply clearFaults(Request request) {
        server(request).clearFaults();
        return Reply.nothing();
    }

    private Reply calls(Request request) {
        return listReply("calls", server(request).calls().json(request.query().get("operation")));
    }

    private Reply clearCalls(Request request) {
        server(request).calls().clear();
        return Reply.nothing();
    }

    private Reply act(Request request) {
        ObjectNode made = server(request).act(input(request));
        return made.isEmpty() ? Reply.nothing() : Reply.json(200, made);
    }

    private ProviderServer server(Request request) {
        ProviderServer found = providers.get(request.variable("provider"));
        if (found == null) {
            String names = String.join(", ", providers.keySet());
            throw new RejectionException(error(404, "no such provider, must be one of " + names));
        }
        return found;
    }

    private static Input input(Request request) {
        ObjectNode json = request.json();
        if (json == null) {
            throw new InvalidInput("the body must be a JSON object");
        }
        return new Input(json);
    }

    private static Reply listReply(String name, JsonNode list) {
        return Reply.json(200, Json.object().set(name, list));
    }

    private static Reply error(int status, @Nullable String message) {
        return Reply.json(status, Json.object().put("error", message));
    }
}
