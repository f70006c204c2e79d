package io.oauthservice.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

/** Secrets are replaced in every position and format, and what operators need remains. */
class RedactionTest {

    private static final String RANDOM = "4f9aB7cD2eF1gH5jK8mN3pQ6rS0tU7vW9xY2zA4b";
    private static final String KEY = """
            -----BEGIN PRIVATE KEY-----
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj
            AgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4
            -----END PRIVATE KEY-----""";

    private static String redact(String text) {
        return new String(Redaction.redact(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @Test
    void aRandomStateWithoutADigitIsHidden() {
        assertThat(redact("state=aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLmNoPq")).isEqualTo("state=[redacted]");
    }

    static Stream<SecretMarker> markers() {
        return SecretMarker.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("markers")
    void everyMarkerHidesWhatFollows(SecretMarker marker) {
        String separator = switch (marker.kind()) {
            case NAME, COMMON_NAME -> "=";
            case PEM -> "RSA PRIVATE KEY-----";
            case PREFIX, WORD_PREFIX, SCHEME -> "";
        };

        String redacted = redact("Ä before " + marker + separator + RANDOM + " after");

        assertThat(redacted)
                .startsWith("Ä before " + marker)
                .contains("[redacted]")
                .doesNotContain(RANDOM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghs_SECRET",
                "ghs_12345_eyJSECRET.SECRET.SECRET-_",
                "token ghu_SECRET, more",
                "{\"x\":\"ghr_SECRET\"}",
                "xoxe.xoxb-1-SECRET",
                "xoxe-1-SECRET",
                "github_pat_SECRET",
                "eyJhbGciSECRET.eyJzdWIiSECRET.SECRET",
                "JWT\\neyJhbGciSECRET",
                "Authorization: Bearer SECRET",
                "authorization: bearer SECRET",
                "Authorization: Basic SECRET==",
                "GET /oauth/callback/jira?code=SECRET&state=SECRET HTTP/1.1",
                "GET /oauth/install/slack?link=SECRET",
                "http://x/?next=%2Fcallback%3Fcode%3DSECRET%26state%3DSECRET",
                "{code=[SECRET], state=[SECRET]}",
                "{\\\"code\\\":\\\"SECRET\\\",\\\"code_verifier\\\":\\\"SECRET\\\"}",
                "{\"client_secret\" : \"SECRET\", \"refresh_token\":\"SECRET\"}",
                "grant_type=authorization_code\\u0026code=SECRET",
                "TokenResponse[accessToken=SECRET, refreshToken=SECRET]",
                "github_client_secret=SECRET",
                "X-Vault-Token: hvs.SECRET",
                "x-vault-token: SECRET",
                "login token s.SECRET",
                "Cookie: theme=dark; oauth_browser=SECRET",
                "Set-Cookie: __Host-oauth_browser=SECRET; Path=/",
                "Cookie: oauth_session=SECRET; oauth_sign_in=SECRET.Lz9xPWE",
                "password=SECRET",
                "-----BEGIN EC PRIVATE KEY-----\nSECRET\nSECRET\n-----END EC PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\\nSECRET"
            })
    void secretsAreHiddenInEveryForm(String form) {
        assertThat(redact(form.replace("SECRET", RANDOM)))
                .contains("[redacted]")
                .doesNotContain(RANDOM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Token refreshed: platform=github installation=0191f2a0-5b6c-7d8e-9fa0-b1c2d3e4f5a6 token_version=7",
                "fingerprint=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "Circuit changed: platform=slack state=half_open",
                "Group changed: state=REBALANCE_IN_PROGRESS",
                "Token refresh failed: platform=jira error=unauthorized_client code=credentials_rejected",
                "Install link withdrawn: link=0191f2a0-5b6c-7d8e-9fa0-b1c2d3e4f5a6",
                "WWW-Authenticate: Bearer realm=\"oauth-service\", error=\"invalid_token\"",
                "Commit 7dbeb8f8aa1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b, status code 200, Link: <https://api.github.com/x?page=2>",
                "{\"access_token\":null}",
                "\tat io.oauthservice.refresh.RefreshAttempt.lambda$settle$3(RefreshAttempt.java:117)",
                "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----",
                "Ünï©ode 名前"
            })
    void idsHashesAndOrdinaryWordsRemain(String line) {
        byte[] record = line.getBytes(StandardCharsets.UTF_8);

        assertThat(Redaction.redact(record)).isSameAs(record);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY",
                "state=",
                "state=a",
                "code:code=",
                "token%3D",
                "ghs_",
                "eyJ",
                "Bearer ",
                "password=\"\"",
                "\\\\\\"
            })
    void theTimeIsLinear(String repeated) {
        byte[] record = repeated.repeat(4_000_000 / repeated.length()).getBytes(StandardCharsets.UTF_8);

        // Quadratic time would be hours.
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> Redaction.redact(record));
    }

    @Test
    void messageArgumentsExceptionsAndCausesAreRedactedInEveryFormat() {
        Throwable cause = new IllegalStateException(KEY, new IllegalArgumentException("?code=" + RANDOM));
        Throwable error = new IllegalStateException("Bearer " + RANDOM, cause);
        error.addSuppressed(new IllegalStateException("xoxb-" + RANDOM));

        for (Encoder<ILoggingEvent> encoder : encoders()) {
            LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
            LoggingEvent event = new LoggingEvent(
                    "", context.getLogger("x"), Level.WARN, "state=" + RANDOM + " {} id-1", error, new Object[] {
                        "ghs_" + RANDOM
                    });

            String text = new String(new RedactingEncoder(encoder).encode(event), StandardCharsets.UTF_8);

            assertThat(text)
                    .contains("id-1", "ghs_[redacted]", "state=[redacted]", "xoxb-[redacted]", "BEGIN PRIVATE KEY")
                    .doesNotContain(RANDOM, "MIIEvQIBADAN", "AgEAAoIBAQC7");
        }
    }

    private static List<Encoder<ILoggingEvent>> encoders() {
        return List.of(pattern(), structured("ecs"), structured("gelf"), structured("logstash"));
    }

    private static Encoder<ILoggingEvent> pattern() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(new LoggerContext());
        encoder.setPattern("%m%n%ex");
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> structured(String format) {
        LoggerContext context = new LoggerContext();
        context.putObject(Environment.class.getName(), new MockEnvironment());
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(context);
        encoder.setFormat(format);
        encoder.start();
        return encoder;
    }
}
