package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.IssuedCodes;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.ProviderState;
import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Json;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The state of the simulated GitHub. A reset replaces its parts, so do not keep references to them. */
final class GitHubState implements ProviderState {

    /** The part that is saved across restarts. */
    private record Saved(
            long lastId,
            AppKey key,
            Accounts.Saved accounts,
            List<GitHubInstallation> installations,
            List<InstallationRequest> requests,
            List<Code> codes,
            Set<Long> authorized,
            List<UserToken> userTokens,
            List<InstallationToken> installationTokens) {}

    private static final long FIRST_ID = 50_001;

    final ProviderContext context;
    final IssuedCodes<Code> codes = new IssuedCodes<>(Code::value, Code::asSpent);
    final AppView view = new AppView(this);
    private final Setting<Boolean> expiringUserTokens;

    private long lastId;
    AppKey key;
    RSAPublicKey publicKey;
    Accounts accounts;
    GitHubInstallations installations;
    InstallationRequests requests;
    UserTokens userTokens;
    InstallationTokens installationTokens;

    GitHubState(ProviderContext context) {
        this.context = context;
        this.expiringUserTokens = context.settings().flag("expiring_user_tokens", true);
        Saved start = atStart(FIRST_ID - 1, AppKey.ofThisProcess());
        lastId = start.lastId();
        key = start.key();
        publicKey = key.publicKey();
        accounts = new Accounts(start.accounts());
        installations = new GitHubInstallations(start.installations());
        requests = new InstallationRequests(start.requests());
        userTokens = new UserTokens(context, expiringUserTokens, start.authorized(), start.userTokens());
        installationTokens = new InstallationTokens(context, start.installationTokens());
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
                userTokens.authorizedUsers(),
                userTokens.saved(),
                installationTokens.saved()));
    }

    @Override
    public void restore(JsonNode saved) {
        load(Json.MAPPER.treeToValue(saved, Saved.class));
    }

    /** Resets the state; the key stays, and ids are not reused. */
    @Override
    public void reset() {
        load(atStart(lastId, key));
        view.reset();
    }

    private void load(Saved saved) {
        lastId = saved.lastId();
        key = saved.key();
        publicKey = key.publicKey();
        accounts = new Accounts(saved.accounts());
        installations = new GitHubInstallations(saved.installations());
        requests = new InstallationRequests(saved.requests());
        codes.load(saved.codes());
        userTokens = new UserTokens(context, expiringUserTokens, saved.authorized(), saved.userTokens());
        installationTokens = new InstallationTokens(context, saved.installationTokens());
    }

    long nextId() {
        return ++lastId;
    }
}
