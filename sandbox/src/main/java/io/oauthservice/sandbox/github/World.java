package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.stage.GivenCodes;
import io.oauthservice.sandbox.stage.Memory;
import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Json;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Everything GitHub knows. A reset replaces it, so look things up here each time. */
final class World implements Memory {

    /** What outlives a restart. */
    private record Saved(
            long lastId,
            AppKey key,
            Accounts.Saved accounts,
            List<Installation> installations,
            List<InstallationRequest> requests,
            List<Code> codes,
            Set<Long> authorized,
            List<UserToken> userTokens,
            List<InstallationToken> installationTokens) {}

    private static final long FIRST_ID = 50_001;

    final Stage stage;
    final GivenCodes<Code> codes = new GivenCodes<>(Code::value, Code::spent);
    private final Setting<Boolean> expiringUserTokens;

    private long lastId;
    AppKey key;
    RSAPublicKey publicKey;
    Accounts accounts;
    Installations installations;
    InstallationRequests requests;
    UserTokens userTokens;
    InstallationTokens installationTokens;

    World(Stage stage) {
        this.stage = stage;
        this.expiringUserTokens = stage.settings().flag("expiring_user_tokens", true);
        Saved start = atStart(FIRST_ID - 1, AppKey.ofThisProcess());
        lastId = start.lastId();
        key = start.key();
        publicKey = key.publicKey();
        accounts = new Accounts(start.accounts());
        installations = new Installations(start.installations());
        requests = new InstallationRequests(start.requests());
        userTokens = new UserTokens(stage, expiringUserTokens, start.authorized(), start.userTokens());
        installationTokens = new InstallationTokens(stage, start.installationTokens());
    }

    private static Saved atStart(long lastId, AppKey key) {
        Accounts.Saved accounts = Accounts.atStart().saved();
        return new Saved(lastId, key, accounts, List.of(), List.of(), List.of(), Set.of(), List.of(), List.of());
    }

    @Override
    public JsonNode saved() {
        return Json.of(new Saved(
                lastId,
                key,
                accounts.saved(),
                installations.saved(),
                requests.all(),
                codes.saved(),
                userTokens.authorized(),
                userTokens.saved(),
                installationTokens.saved()));
    }

    @Override
    public void restore(JsonNode saved) {
        become(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    /** The key stays, and so do the ids that were given. */
    @Override
    public void reset() {
        become(atStart(lastId, key));
    }

    private void become(Saved saved) {
        lastId = saved.lastId();
        key = saved.key();
        publicKey = key.publicKey();
        accounts = new Accounts(saved.accounts());
        installations = new Installations(saved.installations());
        requests = new InstallationRequests(saved.requests());
        codes.become(saved.codes());
        userTokens = new UserTokens(stage, expiringUserTokens, saved.authorized(), saved.userTokens());
        installationTokens = new InstallationTokens(stage, saved.installationTokens());
    }

    long nextId() {
        return ++lastId;
    }
}
