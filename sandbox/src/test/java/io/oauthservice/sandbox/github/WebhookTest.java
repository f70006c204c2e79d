package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WebhookTest extends WebhookTestBase {

    @Test
    void changesAreSentAsSignedWebhooks() throws InterruptedException, GeneralSecurityException {
        client.set("webhooks", true);
        long acme = installed(ACME);

        Received created = next();

        assertThat(created.path()).isEqualTo("/oauth/webhooks/github");
        assertThat(created.event()).isEqualTo("installation");
        assertThat(created.signature()).isEqualTo("sha256=" + hmac(created.body()));
        assertThat(created.json().path("action").stringValue()).isEqualTo("created");
        assertThat(created.json().path("installation").path("id").longValue()).isEqualTo(acme);
        assertThat(created.json().path("installation").path("created_at").isIntegralNumber())
                .isTrue();
    }

    @Test
    void eachActHasItsEvent() throws InterruptedException {
        client.set("webhooks", true);
        List<String> names = new ArrayList<>();

        names.add(webhookOf("install", Map.of("account_id", 9001)));
        long acme = installationOf("acme");
        names.add(webhookOf("suspend", Map.of("installation_id", acme)));
        names.add(webhookOf("unsuspend", Map.of("installation_id", acme)));
        names.add(webhookOf("accept_permissions", Map.of("permissions", Map.of(), "installation_id", acme)));
        names.add(webhookOf("select_repositories", Map.of("repository_ids", List.of(101), "installation_id", acme)));
        names.add(webhookOf("select_repositories", Map.of("installation_id", acme)));
        names.add(webhookOf("rename", Map.of("account_id", 9001, "login", "acme2")));
        names.add(webhookOf("uninstall", Map.of("installation_id", acme)));
        names.add(webhookOf("revoke", Map.of("user_id", 55)));

        assertThat(names)
                .containsExactly(
                        "installation created",
                        "installation suspend",
                        "installation unsuspend",
                        "installation new_permissions_accepted",
                        "installation_repositories removed",
                        "installation_repositories added",
                        "installation_target renamed",
                        "installation deleted",
                        "github_app_authorization revoked")
                .containsExactlyInAnyOrderElementsOf(PublishedSchemas.events());
    }

    @Test
    void aRenamingNamesTheInstallationByItsIdsOnly() throws InterruptedException {
        long acme = installed(ACME);
        client.set("webhooks", true);
        client.act("rename", Map.of("account_id", 9001, "login", "acme2"));

        JsonNode renamed = next().json();

        assertThat(renamed.path("installation").propertyNames()).containsExactly("id", "node_id");
        assertThat(renamed.path("installation").path("id").longValue()).isEqualTo(acme);
        assertThat(renamed.path("account").path("login").stringValue()).isEqualTo("acme2");
        assertThat(renamed.path("changes").path("login").path("from").stringValue())
                .isEqualTo("acme");
    }

    @Test
    void anApprovedRequestNamesItsRequester() throws InterruptedException {
        client.set(Map.of("require_approval", true, "webhooks", true));
        install(ACME);
        client.act("approve", Map.of("account_id", 9001, "by", "owner-olga"));

        JsonNode created = next().json();

        assertThat(created.path("requester").path("id").longValue()).isEqualTo(55);
        assertThat(created.path("sender").path("id").longValue()).isEqualTo(77);
    }

    @Test
    void nothingIsSentUnlessEnabledButListed() {
        installed(ACME);

        JsonNode listed = SandboxClient.json(asApp("GET", "/app/hook/deliveries", ""));

        assertThat(listed.path(0).path("event").stringValue()).isEqualTo("installation");
        assertThat(listed.path(0).path("status").stringValue()).isEqualTo("Not sent");
        assertThat(received).isEmpty();
    }

    private long installationOf(String login) {
        return SandboxClient.json(asApp("GET", "/orgs/" + login + "/installation", ""))
                .path("id")
                .longValue();
    }

    private String webhookOf(String act, Map<String, ?> fields) throws InterruptedException {
        client.act(act, fields);
        Received next = next();
        return next.event() + " " + next.json().path("action").stringValue();
    }

    private String hmac(String body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(app.webhookSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
