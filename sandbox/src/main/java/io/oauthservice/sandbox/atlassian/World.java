package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Memory;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Everything Atlassian knows. */
final class World implements Memory {

    /** What outlives a restart. */
    private record Saved(
            Directory.Saved directory,
            List<SiteGrant> consents,
            List<Code> codes,
            Families.Saved families,
            Tokens.Saved tokens) {}

    final Stage stage;
    final App app;
    final Directory directory = new Directory();
    final Consents consents = new Consents();
    final Codes codes;
    final Families families;
    final Tokens tokens;

    World(Stage stage) {
        JwtLookalike texts = new JwtLookalike(stage);
        this.stage = stage;
        this.app = new App(stage);
        this.codes = new Codes(stage, texts);
        this.families = new Families(stage);
        this.tokens = new Tokens(stage, texts, families);
        reset();
    }

    @Override
    public JsonNode saved() {
        return Json.of(new Saved(directory.saved(), consents.saved(), codes.saved(), families.saved(), tokens.saved()));
    }

    @Override
    public void restore(JsonNode saved) {
        become(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    @Override
    public void reset() {
        become(new Saved(Directory.atStart(), List.of(), List.of(), families.atStart(), Tokens.atStart()));
    }

    private void become(Saved saved) {
        directory.become(saved.directory());
        consents.become(saved.consents());
        codes.become(saved.codes());
        families.become(saved.families());
        tokens.become(saved.tokens());
    }

    /** The person takes the app out of the account: the grants of all sites, and every token, at once. */
    void revoke(User user) {
        consents.withdrawAll(user);
        codes.spendAllOf(user);
        families.endAllOf(user, Death.REVOKED_BY_USER);
    }

    /** The person's account is closed; what was granted stays on record. */
    void deactivate(User user) {
        directory.put(user.deactivated());
        codes.spendAllOf(user);
        families.endAllOf(user, Death.USER_DEACTIVATED);
    }
}
