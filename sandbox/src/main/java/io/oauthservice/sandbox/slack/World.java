package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.stage.GivenCodes;
import io.oauthservice.sandbox.stage.Memory;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Everything Slack knows. A reset replaces it, so look things up here each time. */
final class World implements Memory {

    /** What outlives a restart. */
    private record Saved(
            long lastEvent,
            Directory.Saved directory,
            List<Installation> installations,
            List<Code> codes,
            List<Token> tokens) {}

    final Stage stage;
    final GivenCodes<Code> codes = new GivenCodes<>(Code::value, Code::spent);

    private long lastEvent;
    Directory directory;
    Installations installations;
    Tokens tokens;

    World(Stage stage) {
        this.stage = stage;
        Saved start = atStart(0);
        directory = new Directory(start.directory());
        installations = new Installations(start.installations());
        tokens = new Tokens(stage, start.tokens());
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
        become(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    /** The ids that were given stay given. */
    @Override
    public void reset() {
        become(atStart(lastEvent));
    }

    private void become(Saved saved) {
        lastEvent = saved.lastEvent();
        directory = new Directory(saved.directory());
        installations = new Installations(saved.installations());
        codes.become(saved.codes());
        tokens = new Tokens(stage, saved.tokens());
    }

    String nextEventId() {
        return "Ev" + String.format("%08d", ++lastEvent);
    }
}
