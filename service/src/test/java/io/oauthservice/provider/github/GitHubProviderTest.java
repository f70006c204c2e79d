package io.oauthservice.provider.github;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.GitHubControl;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.Consent.AwaitingApproval;
import io.oauthservice.provider.Consent.Granted;
import io.oauthservice.provider.CredentialsChecker;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthProviderContract;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.TokenCheck;
import io.oauthservice.provider.TokenChecker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The contract, and GitHub's own cases: verification of installations, uninstallation, suspension, approval. */
class GitHubProviderTest extends OAuthProviderContract {

    private static final String ACME = "9001";

    @Autowired
    private ProviderHttp http;

    @Autowired
    private GitHubProperties app;

    @Override
    protected Platform platform() {
        return new Platform("github");
    }

    @Override
    protected GitHubControl atTheProvider() {
        return new GitHubControl(sandbox());
    }

    @Override
    protected String operation(Call call) {
        return switch (call) {
            case EXCHANGE -> "exchange";
            case INFO -> "info";
            case REFRESH -> "mint";
            case REVOKE -> "revoke";
        };
    }

    /** Where the app is installed, its configuration page follows. */
    @Override
    protected String approve(Page page) {
        Page next = page.choose(ACME).pressWithoutFollowing("approve");
        return (next.status() == 200 ? next.pressWithoutFollowing("approve") : next).location();
    }

    @Override
    protected void endAtTheProvider(InstallationInfo info) {
        atTheProvider().uninstall(Objects.requireNonNull(info.externalInstallId()));
    }

    @Override
    protected int statusOfUsing(Secret accessToken) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.apiUrl() + "/installation/repositories"))
                .header("Authorization", "Bearer " + accessToken.value())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected OAuthProvider withWrongSecret() {
        return configured(app.appId(), app.clientId(), Secret.of("wrong"), app.webUrl(), app.apiUrl());
    }

    @Override
    protected OAuthProvider unreachable() {
        URI nowhere = URI.create("http://127.0.0.1:1");
        return configured(app.appId(), app.clientId(), app.clientSecret(), nowhere, nowhere);
    }

    private OAuthProvider configured(String appId, String clientId, Secret secret, URI web, URI api) {
        GitHubProperties other = new GitHubProperties(
                appId, clientId, secret, app.privateKeyPath(), "", web, api, Secret.of(""), app.apiVersion(), true);
        return new GitHubConfiguration().gitHub(other, http, Clock.systemUTC(), GitHubAppTest.NO_SIGNING_KEYS);
    }

    @Test
    void notFoundMeansUninstalledWhereTheAppIsKnown() {
        Connected connected = connect();
        endAtTheProvider(connected.info());

        ProviderException failure = failureOf(provider().refreshTokens(connected.grant()));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        GrantEnded.class, ended -> assertThat(ended.ending()).isEqualTo(Ending.UNINSTALLED));
    }

    @Test
    void notFoundMeansNothingWhereTheAppIsUnknown() {
        Connected connected = connect();
        OAuthProvider stranger =
                configured(app.appId(), "Iv23liSomebodyElse00", app.clientSecret(), app.webUrl(), app.apiUrl());

        ProviderException failure = failureOf(stranger.refreshTokens(connected.grant()));

        assertThat(failure).isInstanceOf(Misconfigured.class);
    }

    @Test
    void anAppIdOfAnotherAppIsAMisconfiguration() {
        OAuthProvider other = configured("4711", app.clientId(), app.clientSecret(), app.webUrl(), app.apiUrl());

        ProviderException failure = failureOf(((CredentialsChecker) other).checkCredentials());

        assertThat(failure).isInstanceOf(Misconfigured.class).hasMessageContaining("GITHUB_APP_ID=4711");
        assertThat(failure.code()).isEqualTo("app_id_mismatch");
    }

    @Test
    void withAnAppIdOfAnotherAppNoInstallationCountsAsUninstalled() {
        Connected connected = connect();
        endAtTheProvider(connected.info());
        OAuthProvider other = configured("4711", app.clientId(), app.clientSecret(), app.webUrl(), app.apiUrl());

        assertThat(failureOf(other.refreshTokens(connected.grant()))).isInstanceOf(Misconfigured.class);
    }

    @Test
    void aSuspendedInstallationIsNotUninstalled() {
        Connected connected = connect();
        atTheProvider().suspend(Objects.requireNonNull(connected.info().externalInstallId()));

        ProviderException failure = failureOf(provider().refreshTokens(connected.grant()));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        GrantEnded.class, ended -> assertThat(ended.ending()).isEqualTo(Ending.SUSPENDED));
    }

    @Test
    void theInstallationIsDescribedWithTheUserWhoInstalledIt() {
        InstallationInfo info = connect().info();

        assertThat(info.grantKey()).isEqualTo("inst:9001");
        assertThat(info.main().name()).isEqualTo("acme");
        assertThat(info.installedBy()).isEqualTo("dev-dana (55)");
        assertThat(info.metadata()).containsEntry("app_slug", "sandbox-app");
    }

    @Test
    void everyCallAcceptsGitHubsMediaTypeAndNamesTheApiVersion() {
        Connected connected = connect();
        get(provider().refreshTokens(connected.grant()));
        assertThat(get(provider().checkToken(connected.grant()))).isEqualTo(TokenCheck.ACCEPTED);
        get(provider().checkCredentials().thenReturn(true));
        get(provider().revokeTokens(connected.grant()).thenReturn(true));
        atTheProvider().requireApproval();
        get(provider().exchangeCode(consent()));

        assertThat(atTheProvider().advice()).isEmpty();
    }

    @Test
    void anUnsupportedApiVersionDoesNotEndAGrant() {
        Connected connected = connect();
        GitHubProperties old = new GitHubProperties(
                app.appId(),
                app.clientId(),
                app.clientSecret(),
                app.privateKeyPath(),
                "",
                app.webUrl(),
                app.apiUrl(),
                Secret.of(""),
                "2020-01-01",
                true);
        OAuthProvider provider =
                new GitHubConfiguration().gitHub(old, http, Clock.systemUTC(), GitHubAppTest.NO_SIGNING_KEYS);

        assertThat(failureOf(provider.refreshTokens(connected.grant()))).isInstanceOf(Misconfigured.class);
        assertThat(failureOf(((TokenChecker) provider).checkToken(connected.grant())))
                .isInstanceOf(Misconfigured.class);
        assertThat(failureOf(((CredentialsChecker) provider).checkCredentials()))
                .isInstanceOf(Misconfigured.class);
    }

    @Test
    void theUsersTokenIsRevoked() {
        connect();

        assertThat(atTheProvider().calls("revoke")).containsExactly(204);
        assertThat(atTheProvider().violations()).isEmpty();
    }

    @Test
    void aFailureToRevokeTheUsersTokenFailsNothingElse() {
        Callback callback = consent();
        atTheProvider().failRevoke(status(500));

        Consent consent = get(provider().exchangeCode(callback));

        assertThat(consent).isInstanceOf(Granted.class);
    }

    @Test
    void anInstallationOfAnotherUserIsRejectedAndTheUsersTokenRevoked() {
        strangersAccount(9003);
        Callback callback = consent();
        Callback spoofed = with(callback, "installation_id", installedOn(9003));

        ProviderException failure = failureOf(provider().exchangeCode(spoofed));

        assertThat(failure).isInstanceOf(BadRequest.class);
        assertThat(failure.code()).isEqualTo("installation_not_yours");
        assertThat(atTheProvider().calls("mint")).isEmpty();
        assertThat(atTheProvider().calls("revoke")).containsExactly(204);
    }

    @Test
    void anInvalidInstallationIdIsRejected() {
        Callback spoofed = with(consent(), "installation_id", "../../app");

        ProviderException failure = failureOf(provider().exchangeCode(spoofed));

        assertThat(failure.code()).isEqualTo("installation_not_yours");
    }

    @Test
    void theInstallationIsFoundBehindAHundredOthers() {
        List<Integer> accounts = IntStream.rangeClosed(10_001, 10_120).boxed().toList();
        atTheProvider().addAccounts(accounts, 55);
        accounts.forEach(this::installedOn);

        Consent consent = get(provider().exchangeCode(consent()));

        assertThat(consent).isInstanceOf(Granted.class);
        // Two pages of installations, and who the user is.
        assertThat(atTheProvider().calls("user")).containsExactly(200, 200, 200);
    }

    @Test
    void withoutAnIdTheOnlyInstallationIsUsed() {
        Consent consent = get(provider().exchangeCode(with(consent(), "installation_id", null)));

        assertThat(consent).isInstanceOf(Granted.class);
    }

    @Test
    void withoutAnIdSeveralInstallationsAreAmbiguous() {
        installedOn(9002);

        ProviderException failure = failureOf(provider().exchangeCode(with(consent(), "installation_id", null)));

        assertThat(failure.code()).isEqualTo("installation_unclear");
    }

    @Test
    void aRequestWaitsForItsOwnersApproval() {
        atTheProvider().requireApproval();

        Consent consent = get(provider().exchangeCode(consent()));

        assertThat(consent).isInstanceOfSatisfying(AwaitingApproval.class, awaiting -> {
            InstallationInfo requested = awaiting.requested().getFirst();
            assertThat(requested.grantKey()).isEqualTo("inst:9001");
            assertThat(requested.installedBy()).isEqualTo("dev-dana (55)");
        });
    }

    @Test
    void aRequestIsFoundBehindAHundredOthers() {
        List<Integer> accounts = IntStream.rangeClosed(10_001, 10_120).boxed().toList();
        atTheProvider().addAccounts(accounts, GitHubControl.OWNER);
        accounts.forEach(account -> atTheProvider().request(account, GitHubControl.OWNER));
        atTheProvider().requireApproval();

        Consent consent = get(provider().exchangeCode(consent()));

        assertThat(consent)
                .isInstanceOfSatisfying(
                        AwaitingApproval.class,
                        awaiting -> assertThat(awaiting.requested())
                                .extracting(InstallationInfo::grantKey)
                                .containsExactly("inst:9001"));
    }

    @Test
    void aRequestWithoutACodeWaitsForApprovalToo() {
        Callback callback = consent();
        Callback codeless = new Callback(null, callback.redirectUri(), null, Map.of("setup_action", "request"));

        Consent consent = get(provider().exchangeCode(codeless));

        assertThat(consent).isEqualTo(AwaitingApproval.ofUnknown());
    }

    @Test
    void aCallbackWithoutACodeIsRejected() {
        Callback codeless = new Callback(null, consent().redirectUri(), null, Map.of("setup_action", "install"));

        assertThat(failureOf(provider().exchangeCode(codeless))).isInstanceOf(BadRequest.class);
    }

    private void strangersAccount(int id) {
        atTheProvider().addAccount(id, "initech", GitHubControl.OWNER);
    }

    private String installedOn(int accountId) {
        return atTheProvider().install(accountId);
    }

    private static Callback with(Callback callback, String name, @Nullable String value) {
        Map<String, String> parameters = new HashMap<>(callback.parameters());
        parameters.remove(name);
        if (value != null) {
            parameters.put(name, value);
        }
        return new Callback(callback.code(), callback.redirectUri(), callback.codeVerifier(), parameters);
    }
}
