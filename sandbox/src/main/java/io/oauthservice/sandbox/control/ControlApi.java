package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Refusal;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.http.Routes;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The remote control beside the wire: settings, faults, calls, acts and the reset. Wrong input is 400 and says why. */
public final class ControlApi {

    private final Map<String, ProviderServer> performances;
    private final Routes routes = new Routes();

    public ControlApi(Map<String, ProviderServer> performances, Runnable reset) {
        this.performances = performances;
        routes.post("/control/reset", "reset", request -> {
            reset.run();
            return Reply.nothing();
        });
        routes.get("/control/{provider}/settings", "settings", this::settings);
        routes.on("PATCH", "/control/{provider}/settings", "settings", this::patch);
        routes.get("/control/{provider}/faults", "faults", this::faults);
        routes.post("/control/{provider}/faults", "faults", this::order);
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
        return Reply.json(200, performance(request).settings());
    }

    private Reply patch(Request request) {
        ProviderServer performance = performance(request);
        performance.patch(input(request));
        return Reply.json(200, performance.settings());
    }

    private Reply faults(Request request) {
        return listed("faults", performance(request).faults().json());
    }

    private Reply order(Request request) {
        performance(request).order(input(request));
        return Reply.nothing();
    }

    private Reply clearFaults(Request request) {
        performance(request).faults().clear();
        return Reply.nothing();
    }

    private Reply calls(Request request) {
        return listed("calls", performance(request).calls().json(request.query().get("operation")));
    }

    private Reply clearCalls(Request request) {
        performance(request).calls().clear();
        return Reply.nothing();
    }

    private Reply act(Request request) {
        ObjectNode made = performance(request).act(input(request));
        return made.isEmpty() ? Reply.nothing() : Reply.json(200, made);
    }

    private ProviderServer performance(Request request) {
        ProviderServer found = performances.get(request.variable("provider"));
        if (found == null) {
            String names = String.join(", ", performances.keySet());
            throw new Refusal(error(404, "no such provider, must be one of " + names));
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

    private static Reply listed(String name, JsonNode list) {
        return Reply.json(200, Json.object().set(name, list));
    }

    private static Reply error(int status, @Nullable String message) {
        return Reply.json(status, Json.object().put("error", message));
    }
}
