package io.oauthservice.provider.slack;

import static io.oauthservice.Fault.slackError;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.SlackControl;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.NewGrant;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthProviderContract;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.TokenCheck;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.test.StepVerifier;

/** The contract, and Slack's own cases: two grants of one install, rotation on and off, organisations. */
class SlackProviderTest extends OAuthProviderContract {

    private static final String ACME = "T0ACME";

    @Autowired
    private ProviderHttp http;

    @Autowired
    private SlackProperties app;

    @Override
    protected Platform platform() {
        return new Platform("slack");
    }

    @Override
    protected SlackControl atTheProvider() {
        return new SlackControl(sandbox());
    }

    @Override
    protected String operation(Call call) {
        return switch (call) {
            case EXCHANGE -> "exchange";
            case INFO -> "info";
            case REFRESH -> "refresh";
            case REVOKE -> "revoke";
        };
    }

    @Override
    protected String approve(Page page) {
        return page.choose(ACME).pressWithoutFollowing("approve").location();
    }

    @Override
    protected void endAtTheProvider(InstallationInfo info) {
        atTheProvider().uninstall(info.main().id());
    }

    /** Slack's own status is always 200. */
    @Override
    protected int statusOfUsing(Secret accessToken) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.apiUrl() + "/auth.test"))
                .header("Authorization", "Bearer " + accessToken.value())
                .POST(BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).body().contains("\"ok\":true") ? 200 : 401;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected OAuthProvider withWrongSecret() {
        return configured(Secret.of("wrong"), "chat:write", "", "", app.apiUrl());
    }

    @Override
    protected OAuthProvider unreachable() {
        return configured(app.clientSecret(), "chat:write", "", "", URI.create("http://127.0.0.1:1"));
    }

    private OAuthProvider configured(Secret secret, String scopes, String userScopes, String optional, URI api) {
        SlackProperties other = new SlackProperties(
                app.clientId(), secret, app.signingSecret(), scopes, userScopes, optional, app.webUrl(), api);
        return new SlackConfiguration().slack(other, http);
    }

    @Test
    void botAndUserAreTwoGrantsOfOneInstall() {
        OAuthProvider both = configured(app.clientSecret(), "chat:write", "search:read", "", app.apiUrl());

        List<? extends NewGrant> grants = grants(both, consentAt(both));

        assertThat(grants)
                .extracting(granted -> get(both.installationInfo(granted)).grantKey())
                .containsExactly("A0SANDBOX:-:T0ACME:bot", "A0SANDBOX:-:T0ACME:user:U0DANA");
        assertThat(grants)
                .extracting(NewGrant::requestedScopes)
                .containsExactly(Set.of("chat:write"), Set.of("search:read"));
        assertThat(grants)
                .allSatisfy(granted -> assertThat(statusOfUsing(
                                get(both.refreshTokens(grantOf(both, granted))).accessToken()))
                        .isEqualTo(200));
        assertThat(atTheProvider().violations()).isEmpty();
    }

    @Test
    void withUserScopesOnlyThereIsNoBotGrant() {
        OAuthProvider usersOnly = configured(app.clientSecret(), "", "search:read", "", app.apiUrl());

        List<? extends NewGrant> grants = grants(usersOnly, consentAt(usersOnly));

        assertThat(grants)
                .singleElement()
                .satisfies(granted ->
                        assertThat(granted.tokens().accessToken().value()).startsWith("xoxe.xoxp-1-"));
    }

    @Test
    void anOptionalScopeThatTheUserDeselectsIsNotMissing() {
        atTheProvider().setOptionalScopes(List.of("channels:read", "team:read"));
        OAuthProvider slack =
                configured(app.clientSecret(), "chat:write,channels:read,team:read", "", "channels:read", app.apiUrl());

        NewGrant granted = grants(
                        slack,
                        consent(
                                slack,
                                page -> page.deselect("channels:read")
                                        .deselect("team:read")
                                        .choose(ACME)
                                        .pressWithoutFollowing("approve")
                                        .location()))
                .getFirst();

        assertThat(granted.tokens().scopes()).containsExactly("chat:write");
        assertThat(granted.requestedScopes()).containsExactlyInAnyOrder("chat:write", "team:read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"org_login_required", "team_added_to_org", "ekm_access_denied", "ratelimited", "fatal_error"})
    void aTransientErrorDoesNotRejectTheToken(String error) {
        Connected connected = connect();
        slackAnswers("info", error, 1);

        ProviderException failure = failureOf(provider().checkToken(connected.grant()));

        assertThat(failure).isInstanceOfAny(RateLimited.class, Retryable.class);
    }

    @Test
    void aForbiddenAddressDoesNotRejectTheToken() {
        Connected connected = connect();
        atTheProvider().rejectAddress("127.0.0.1");

        assertThat(get(provider().checkToken(connected.grant()))).isEqualTo(TokenCheck.UNDECIDED);
        assertThat(get(provider().refreshTokens(connected.grant())).accessToken())
                .isNotEqualTo(connected.tokens().accessToken());
    }

    @Test
    void withoutRotationATokenDoesNotExpire() {
        atTheProvider().disableRotation();

        Connected connected = connect();

        assertThat(connected.tokens().expiresAt()).isNull();
        assertThat(connected.tokens().refreshToken()).isNull();
    }

    @Test
    void anOrgWideInstallCoversItsWorkspaces() {
        atTheProvider().offerOrganisation();
        atTheProvider().addWorkspaceToOrganisation("T0GLOBEX");

        Callback callback = consent(
                page -> page.choose("E0ACME").pressWithoutFollowing("approve").location());
        InstallationInfo info =
                get(provider().installationInfo(grants(provider(), callback).getFirst()));

        assertThat(info.grantKey()).isEqualTo("A0SANDBOX:E0ACME:-:bot");
        assertThat(info.main()).isEqualTo(new Organisation("E0ACME", "Acme Org", null));
        assertThat(info.organisations()).contains(Organisation.inherited("T0GLOBEX", "Globex", null));
    }

    private Connected connectOrganisation() {
        atTheProvider().offerOrganisation();
        Callback callback = consent(
                page -> page.choose("E0ACME").pressWithoutFollowing("approve").location());
        NewGrant granted = grants(provider(), callback).getFirst();
        return new Connected(granted, get(provider().installationInfo(granted)));
    }

    @Test
    void allPagesOfWorkspacesAreRead() {
        Connected connected = connectOrganisation();
        atTheProvider().addWorkspacesToOrganisation("E0ACME", workspaces(250));

        assertThat(get(provider().readInstallation(connected.grant())).organisations())
                .hasSize(251);
    }

    /** Organisations that were not read would look like lost ones. */
    @Test
    void moreWorkspacesThanAreReadSayNothingAboutTheGrant() {
        Connected connected = connectOrganisation();
        atTheProvider().addWorkspacesToOrganisation("E0ACME", workspaces(5001));

        assertThat(failureOf(provider().readInstallation(connected.grant())))
                .isInstanceOfSatisfying(
                        BadRequest.class, failure -> assertThat(failure.code()).isEqualTo("too_many_workspaces"));
    }

    private static List<String> workspaces(int number) {
        return IntStream.range(0, number).mapToObj("T%05d"::formatted).toList();
    }

    /** A response for another place would replace the organisations of this one. */
    @Test
    void theTokenOfAnotherWorkspaceSaysNothingAboutTheGrant() {
        Grant acme = connect().grant();
        Grant elsewhere =
                new Grant(acme.grantKey(), "A0SANDBOX:-:T0GLOBEX", null, acme.registration(), acme.accessToken(), null);

        assertThat(failureOf(provider().readInstallation(elsewhere)))
                .isInstanceOfSatisfying(
                        BadRequest.class, failure -> assertThat(failure.code()).isEqualTo("another_workspace"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_auth", "token_expired"})
    void anErrorThatSaysNothingAboutTheGrantLeavesItsTokenUndecided(String error) {
        Connected connected = connect();
        slackAnswers("info", error, 1);

        assertThat(get(provider().checkToken(connected.grant()))).isEqualTo(TokenCheck.UNDECIDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_auth", "token_expired"})
    void anErrorThatSaysNothingAboutTheGrantDoesNotEndItOnRefresh(String error) {
        Connected connected = connect();
        slackAnswers("refresh", error, 1);

        StepVerifier.create(provider().refreshTokens(connected.grant()))
                .expectError(BadRequest.class)
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void aRevocationFromAForbiddenAddressFails() {
        Connected connected = connect();
        slackAnswers("revoke", "invalid_auth", 2);

        StepVerifier.create(provider().revokeTokens(connected.grant()))
                .expectError(BadRequest.class)
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void aUsedRefreshTokenDoesNotPreventTheRevocationOfTheAccessToken() {
        Connected connected = connect();
        slackAnswers("revoke", "invalid_auth", 1);

        get(provider().revokeTokens(connected.grant()).thenReturn(true));

        assertThat(statusOfUsing(connected.tokens().accessToken())).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"T0ACME, true", "E0ACME, true", "T024BE7LD, true", "acme, false", "t0acme, false", "Tesla, false"})
    void organisationIdsStartWithTheKindOfTeam(String text, boolean canBeId) {
        assertThat(provider().description().isOrganisationId(text)).isEqualTo(canBeId);
    }

    private void slackAnswers(String operation, String error, int times) {
        atTheProvider().fail(operation, slackError(error).times(times));
    }

    private Callback consentAt(OAuthProvider provider) {
        return consent(provider, this::approve);
    }

    private static List<? extends NewGrant> grants(OAuthProvider provider, Callback callback) {
        return ((Consent.Granted) get(provider.exchangeCode(callback))).grants();
    }

    private static Grant grantOf(OAuthProvider provider, NewGrant granted) {
        return new Connected(granted, get(provider.installationInfo(granted))).grant();
    }
}
