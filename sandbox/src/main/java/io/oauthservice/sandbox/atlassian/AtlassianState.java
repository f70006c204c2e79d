package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.CurrentApp;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.http.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The state of the simulated Atlassian. */
final class AtlassianState implements ProviderState {

    /** The part that is saved across restarts. */
    private record Saved(
            Directory.Saved directory,
            List<SiteGrant> consents,
            List<Code> codes,
            TokenFamilies.Saved families,
            AtlassianTokens.Saved tokens) {}

    final ProviderContext context;
    final App app;
    final CurrentApp currentApp = new CurrentApp();
    final Directory directory = new Directory();
    final SiteGrants consents = new SiteGrants();
    final Codes codes;
    final TokenFamilies families;
    final AtlassianTokens tokens;

    AtlassianState(ProviderContext context) {
        TokenStrings texts = new TokenStrings(context);
        this.context = context;
        this.app = new App(context);
        this.codes = new Codes(context, texts);
        this.families = new TokenFamilies(context);
        this.tokens = new AtlassianTokens(context, texts, families);
        reset();
    }

    @Override
    public JsonNode saved() {
        return Json.of(new Saved(directory.saved(), consents.saved(), codes.saved(), families.saved(), tokens.saved()));
    }

    @Override
    public void restore(JsonNode saved) {
        load(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    @Override
    public void reset() {
        load(new Saved(Directory.atStart(), List.of(), List.of(), families.atStart(), AtlassianTokens.atStart()));
        currentApp.reset();
    }

    private void load(Saved saved) {
        directory.load(saved.directory());
        consents.load(saved.consents());
        codes.load(saved.codes());
        families.load(saved.families());
        tokens.load(saved.tokens());
    }

    /** The user removes the app from the account: all site grants and all tokens end immediately. */
    void revoke(User user) {
        consents.withdrawAll(user);
        codes.spendAllOf(user);
        families.endAllOf(user, InvalidationReason.REVOKED_BY_USER);
    }

    /** The user's account is closed; the site grants stay recorded. */
    void deactivate(User user) {
        directory.put(user.deactivate());
        codes.spendAllOf(user);
        families.endAllOf(user, InvalidationReason.USER_DEACTIVATED);
    }
}
