package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.http.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Everything Atlassian knows. */
final class AtlassianState implements ProviderState {

    /** What outlives a restart. */
    private record Saved(
            Directory.Saved directory,
            List<SiteGrant> consents,
            List<Code> codes,
            TokenFamilies.Saved families,
            AtlassianTokens.Saved tokens) {}

    final ProviderContext context;
    final App app;
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
        become(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    @Override
    public void reset() {
        become(new Saved(Directory.atStart(), List.of(), List.of(), families.atStart(), AtlassianTokens.atStart()));
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
        families.endAllOf(user, InvalidationReason.REVOKED_BY_USER);
    }

    /** The person's account is closed; what was granted stays on record. */
    void deactivate(User user) {
        directory.put(user.deactivated());
        codes.spendAllOf(user);
        families.endAllOf(user, InvalidationReason.USER_DEACTIVATED);
    }
}
