package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.CurrentApp;
import io.oauthservice.sandbox.control.IssuedCodes;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.http.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The state of the simulated Slack. A reset replaces its parts, so do not keep references to them. */
final class SlackState implements ProviderState {

    /** The part that is saved across restarts. */
    private record Saved(
            long lastEvent,
            Directory.Saved directory,
            List<SlackInstallation> installations,
            List<Code> codes,
            List<Token> tokens) {}

    final ProviderContext context;
    final IssuedCodes<Code> codes = new IssuedCodes<>(Code::value, Code::asSpent);

    final CurrentApp app = new CurrentApp();
    private long lastEvent;
    Directory directory;
    SlackInstallations installations;
    SlackTokens tokens;

    SlackState(ProviderContext context) {
        this.context = context;
        Saved start = atStart(0);
        directory = new Directory(start.directory());
        installations = new SlackInstallations(start.installations());
        tokens = new SlackTokens(context, start.tokens());
    }

    private static Saved atStart(long lastEvent) {
        return new Saved(lastEvent, Directory.atStart(), List.of(), List.of(), List.of());
    }

    @Override
    public JsonNode saved() {
        return Json.of(new Saved(lastEvent, directory.saved(), installations.saved(), codes.saved(), tokens.saved()));
    }

    @Override
    public void restore(JsonNode saved) {
        load(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    /** Resets the state; event ids are not reused. */
    @Override
    public void reset() {
        load(atStart(lastEvent));
        app.reset();
    }

    private void load(Saved saved) {
        lastEvent = saved.lastEvent();
        directory = new Directory(saved.directory());
        installations = new SlackInstallations(saved.installations());
        codes.load(saved.codes());
        tokens = new SlackTokens(context, saved.tokens());
    }

    String nextEventId() {
        return "Ev" + String.format("%08d", ++lastEvent);
    }
}
