package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Webhook;
import io.oauthservice.provider.Webhook.Delivery;
import io.oauthservice.provider.Webhook.Grants;
import io.oauthservice.provider.WebhookSecrets;
import io.oauthservice.startup.SettingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Signatures by docs/providers.md section 1.10, and which grants each event is about. */
class GitHubWebhooksTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static GitHubWebhooks with(String secrets) {
        return new GitHubWebhooks("7", WebhookSecrets.of("GITHUB_WEBHOOK_SECRET", secrets));
    }

    private static boolean isValid(String secrets, String body, String header) {
        return with(secrets)
                .signature(Map.of("X-Hub-Signature-256", header)::get)
                .map(signature ->
                        signature.update(body.getBytes(StandardCharsets.UTF_8)).isValid())
                .orElse(false);
    }

    private static Webhook read(String event, String body) {
        return with("test-webhook-secret")
                .read(
                        Map.of("X-GitHub-Event", event, "X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
                                ::get,
                        JSON.readTree(body));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "It's a Secret to Everybody|Hello, World!|757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                "test-webhook-secret|{\"action\":\"deleted\",\"installation\":{\"id\":42}}"
                        + "|d2449ddb260ffd40c89e42d9e32ba928b2aa326395a6361f51b463560a942e63",
                "test-webhook-secret|{\"zen\":\"naïve café ☕\"}"
                        + "|309f68ef33d5af4b0b90b69dca983ed868e109a431da0060d5efe9f0185c59d7"
            },
            delimiter = '|')
    void theDocumentedSignaturesAreValid(String secret, String body, String hex) {
        assertThat(isValid(secret, body, "sha256=" + hex)).isTrue();
        assertThat(isValid("another-secret-of-ours," + secret, body, "sha256=" + hex))
                .as("while the secret is being replaced")
                .isTrue();
        assertThat(isValid("another-secret-of-ours", body, "sha256=" + hex)).isFalse();
        assertThat(isValid(secret, body + " ", "sha256=" + hex)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256=",
                "sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                "sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            })
    void anythingElseIsNoSignature(String header) {
        assertThat(isValid("It's a Secret to Everybody", "Hello, World!", header))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "a-secret-that-is-long-enough,", "a-secret-that-is-long-enough,,another-long-one"})
    void aSecretThatCouldBeGuessedStopsTheStart(String secrets) {
        assertThatThrownBy(() -> with(secrets))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("GITHUB_WEBHOOK_SECRET");
    }

    /** The account's owner has approved the request of this person. */
    @Test
    void aNewInstallationNamesItsRequester() {
        Webhook webhook = read("installation", """
                {"action":"created","installation":{"id":42,"app_id":7},"requester":{"id":55}}
                """);

        assertThat(webhook).isInstanceOfSatisfying(Delivery.class, delivery -> {
            assertThat(delivery.report()).isEqualTo(Webhook.Report.INSTALLED);
            assertThat(delivery.requesterId()).isEqualTo("55");
        });
    }

    @Test
    void anInstallationEventIsAboutItsGrants() {
        Webhook webhook = read("installation", """
                {"action":"deleted","installation":{"id":42,"app_id":7,"account":{"id":9001}}}
                """);

        assertThat(webhook)
                .isEqualTo(new Delivery(
                        "72d3162e-cc78-11e3-81ab-4c9367dc0958",
                        "installation",
                        Webhook.Report.UNINSTALLED,
                        "installation:42",
                        Grants.ofInstallation("42"),
                        null,
                        false));
    }

    @Test
    void anotherAppsEventIsIgnored() {
        assertThat(read("installation", "{\"action\":\"deleted\",\"installation\":{\"id\":42,\"app_id\":8}}"))
                .isInstanceOf(Webhook.Ignored.class);
    }

    /** The name of the event is in a header, and headers are not signed. */
    @Test
    void theBodyOfAnotherEventIsNotAnInstallationEvent() {
        String issueComment = "{\"action\":\"deleted\",\"comment\":{},\"installation\":{\"id\":42,\"node_id\":\"x\"}}";

        assertThat(read("installation", issueComment)).isInstanceOf(Webhook.Ignored.class);
    }

    @Test
    void aRenamingCountsForKnownInstallationsOnly() {
        Webhook webhook = read("installation_target", "{\"action\":\"renamed\",\"installation\":{\"id\":42}}");

        assertThat(webhook)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(Delivery.class))
                .returns(true, Delivery::knownOnly);
    }

    @Test
    void aRevokedAuthorizationIsAboutTheUsersGrant() {
        Webhook webhook = read("github_app_authorization", "{\"action\":\"revoked\",\"sender\":{\"id\":55}}");

        assertThat(webhook)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(Delivery.class))
                .returns(new Grants(List.of(), false, false, List.of("55")), Delivery::grants);
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "check_run", "repository", "ping"})
    void otherEventsAreIgnored(String event) {
        assertThat(read(event, "{\"installation\":{\"id\":42,\"app_id\":7}}")).isInstanceOf(Webhook.Ignored.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"sender\":{\"id\":\"x; DROP\"}}", "[]", "{\"sender\":{\"id\":-1}}"})
    void anEventWithoutASubjectIsMalformed(String body) {
        assertThatThrownBy(() -> read("github_app_authorization", body))
                .isInstanceOf(ProviderException.BadRequest.class);
    }
}
