package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppJwtTest extends GitHubTestBase {

    private static final String EXP = "'Expiration time' claim ('exp') must be a numeric value representing the future "
            + "time at which the assertion expires";
    private static final String IAT =
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    private static final String UNDECODABLE = "A JSON web token could not be decoded";

    private final long now = Instant.now().getEpochSecond();

    private HttpResponse<String> app(String authorization) {
        return rest("GET", "/app", "", "Authorization", authorization);
    }

    private void refused(String authorization, String message, String violation) {
        HttpResponse<String> answer = app(authorization);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(message(answer)).isEqualTo(message);
        assertThat(SandboxClient.json(answer).path("status").stringValue()).isEqualTo("401");
        assertThat(client.violations()).containsExactly(violation);
    }

    @Test
    void theClientIdAndTheAppIdAreValidIssuers() {
        assertThat(app(signer.authorization()).statusCode()).isEqualTo(200);
        assertThat(app(signer.authorization(now - 60, now + 540, app.appId())).statusCode())
                .isEqualTo(200);
        assertThat(app(signer.authorization(now - 60, now + 540, Long.valueOf(app.appId())))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void itIsValidForTenMinutesAtMost() {
        String message = "'Expiration time' claim ('exp') is too far in the future";
        refused(signer.authorization(now - 60, now + 660, app.clientId()), message, "jwt_exp_too_far");
    }

    @Test
    void itMustNotBeExpired() {
        refused(signer.authorization(now - 600, now - 1, app.clientId()), EXP, "jwt_expired");
    }

    @Test
    void itsExpiryIsAnInteger() {
        refused(signer.authorization(now - 60, now + 100.5, app.clientId()), EXP, "jwt_exp_not_integer");
    }

    @Test
    void itMustNotBeIssuedInTheFuture() {
        refused(signer.authorization(now + 60, now + 300, app.clientId()), IAT, "jwt_iat_in_future");
    }

    @Test
    void itsTimeOfIssueIsAnInteger() {
        refused(signer.authorization("now", now + 300, app.clientId()), IAT, "jwt_iat_not_integer");
    }

    @Test
    void itIsSignedByTheAppsKey() throws NoSuchAlgorithmException {
        AppSigner stranger = new AppSigner(
                KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate(), app.clientId());

        refused(stranger.authorization(), UNDECODABLE, "jwt_bad_signature");
    }

    @Test
    void anotherAlgorithmIsRejected() {
        String none = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";
        refused("Bearer " + none, UNDECODABLE, "jwt_algorithm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "a.b.c", "eyJhbGciOiJub25lIn0.e30."})
    void garbageAndUnsignedTokensAreRejected(String token) {
        refused("Bearer " + token, UNDECODABLE, "jwt_malformed");
    }

    @Test
    void itIsRequired() {
        HttpResponse<String> answer = rest("GET", "/app", "");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(client.violations()).containsExactly("jwt_missing");
    }

    @Test
    void itMustBeSentAsBearer() {
        String jwt = signer.authorization().substring("Bearer ".length());

        refused("token " + jwt, UNDECODABLE, "jwt_not_bearer");
    }

    @Test
    void otherTokensMayUseTheOlderScheme() {
        String user = userTokens().path("access_token").stringValue();
        String installation = minted(installed(ACME));

        assertThat(rest("GET", "/user", "", "Authorization", "token " + user).statusCode())
                .isEqualTo(200);
        assertThat(rest("GET", "/installation/repositories", "", "Authorization", "token " + installation)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anotherIssuerIsRejected() {
        HttpResponse<String> answer = app(signer.authorization(now - 60, now + 300, "Iv23other"));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(message(answer)).isEqualTo("Integration not found");
        assertThat(client.violations()).containsExactly("jwt_issuer_unknown");
    }

    @Test
    void aClockOffsetDoesNotInvalidateIt() {
        client.set("clock_offset", "PT2H");

        assertThat(app(signer.authorization()).statusCode()).isEqualTo(200);
    }

    @Test
    void theAppShowsItsSlugAndPermissions() {
        var answer = SandboxClient.json(app(signer.authorization()));

        assertThat(answer.path("id").longValue()).isEqualTo(7);
        assertThat(answer.path("slug").stringValue()).isEqualTo("sandbox-app");
        assertThat(answer.path("permissions").path("metadata").stringValue()).isEqualTo("read");
    }
}
