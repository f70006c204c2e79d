package io.oauthservice.provider.jira;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import io.oauthservice.Sites;
import io.oauthservice.core.Pkce;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.NewGrant;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthProviderContract;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The contract, and Atlassian's own cases: PKCE, sites, rotating refresh tokens. */
class JiraProviderTest extends OAuthProviderContract {

    private static final String ACME = Sites.ACME;

    @Autowired
    private ProviderHttp http;

    @Autowired
    private JiraProperties app;

    @Override
    protected Platform platform() {
        return new Platform("jira");
    }

    @Override
    protected AtlassianControl atTheProvider() {
        return new AtlassianControl(sandbox());
    }

    /** Atlassian's revocation is undocumented, so its response is ignored: docs/providers.md 2.6. */
    @Override
    protected @Nullable String operation(Call call) {
        return switch (call) {
            case EXCHANGE -> "exchange";
            case INFO -> "info";
            case REFRESH -> "refresh";
            case REVOKE -> null;
        };
    }

    @Override
    protected String approve(Page page) {
        return page.choose(ACME).pressWithoutFollowing("approve").location();
    }

    @Override
    protected void endAtTheProvider(InstallationInfo info) {
        atTheProvider().revoke();
    }

    @Override
    protected int statusOfUsing(Secret accessToken) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.apiUrl() + "/me"))
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
        return configured(Secret.of("wrong"), app.authUrl());
    }

    @Override
    protected OAuthProvider unreachable() {
        return configured(app.clientSecret(), URI.create("http://127.0.0.1:1"));
    }

    private OAuthProvider configured(Secret secret, URI url) {
        JiraProperties other =
                new JiraProperties(app.clientId(), secret, app.scopes(), true, true, url, url, app.audience());
        return new JiraConfiguration().jira(other, http);
    }

    @Test
    void theChallengeMatchesRfc7636() {
        Secret verifier = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

        assertThat(Pkce.challenge(verifier)).isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    @Test
    void aConsentCoversEverySiteThatTheUserEverGranted() {
        atTheProvider().setAccountLevel(true);
        atTheProvider().listEachProduct();

        Callback callback =
                consent(page -> page.pressWithoutFollowing("approve").location());
        NewGrant granted = ((Consent.Granted) get(provider().exchangeCode(callback)))
                .grants()
                .getFirst();
        InstallationInfo info = get(provider().installationInfo(granted));

        assertThat(info.organisations())
                .extracting(Organisation::name)
                .containsExactlyInAnyOrder("acme", "acme-sandbox");
        assertThat(info.externalUserId()).isEqualTo("557058:dana");
    }

    @Test
    void aUserWithoutASiteCannotConnect() {
        Connected connected = connect();
        atTheProvider().removeSite("acme");

        assertThat(failureOf(provider().installationInfo(connected.granted())))
                .isInstanceOfSatisfying(
                        GrantEnded.class, ended -> assertThat(ended.ending()).isEqualTo(Ending.NO_SITES));
    }

    @Test
    void aResponseThatIsNotAListIsInconclusive() {
        Connected connected = connect();
        atTheProvider().failInfo(Fault.status(200).body(Map.of()));

        assertThat(failureOf(provider().readInstallation(connected.grant()))).isInstanceOf(BadRequest.class);
    }

    @Test
    void aReplacedRefreshTokenWorksInsideTheReuseInterval() {
        Connected connected = connect();
        get(provider().refreshTokens(connected.grant()));

        OAuthTokens again = get(provider().refreshTokens(connected.grant()));

        assertThat(statusOfUsing(again.accessToken())).isEqualTo(200);
    }

    @Test
    void theResponseToARevocationIsIgnored() {
        Connected connected = connect();
        atTheProvider().disableRevocation();

        provider().revokeTokens(connected.grant()).block();

        assertThat(atTheProvider().calls("revoke")).containsExactly(404);
    }
}
