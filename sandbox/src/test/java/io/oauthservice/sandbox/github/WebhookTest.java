package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import io.oauthservice.sandbox.Wire;
import io.oauthservice.sandbox.wire.Json;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.WireServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WebhookTest extends AtGitHub {

    private record Received(
            String path, @Nullable String event, @Nullable String signature, String body) {

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }
    }

    private final BlockingQueue<Received> received = new ArrayBlockingQueue<>(100);
    private WireServer service;

    @Override
    @BeforeEach
    void start() {
        try {
            service = WireServer.bind(0);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        service.serve(request -> {
            received.add(new Received(
                    request.path(),
                    request.header("X-GitHub-Event"),
                    request.header("X-Hub-Signature-256"),
                    request.body()));
            return Reply.text(202, "");
        });
        sandbox = Sandbox.start(SandboxOptions.inMemory(service.baseUrl()));
        wire = new Wire(sandbox.baseUrl(), "github");
        app = sandbox.github();
        signer = AppSigner.of(app);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(5, TimeUnit.SECONDS);
        assertThat(next).as("a webhook").isNotNull();
        return Objects.requireNonNull(next);
    }

    @Test
    void whatHappensIsToldAndSigned() throws InterruptedException, GeneralSecurityException {
        wire.settings("{\"webhooks\":true}");
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
        long acme = installed(ACME);
        wire.settings("{\"webhooks\":true}");
        String on = ",\"installation_id\":" + acme + "}";

        assertThat(told("{\"act\":\"suspend\"" + on)).isEqualTo("installation suspend");
        assertThat(told("{\"act\":\"unsuspend\"" + on)).isEqualTo("installation unsuspend");
        assertThat(told("{\"act\":\"accept_permissions\",\"permissions\":{}" + on))
                .isEqualTo("installation new_permissions_accepted");
        assertThat(told("{\"act\":\"select_repositories\",\"repository_ids\":[101]" + on))
                .isEqualTo("installation_repositories removed");
        assertThat(told("{\"act\":\"rename\",\"account_id\":9001,\"login\":\"acme2\"}"))
                .isEqualTo("installation_target renamed");
        assertThat(told("{\"act\":\"uninstall\"" + on)).isEqualTo("installation deleted");
        assertThat(told("{\"act\":\"revoke\",\"user_id\":55}")).isEqualTo("github_app_authorization revoked");
    }

    @Test
    void nothingIsSentUnlessSwitchedOnButListed() {
        installed(ACME);

        JsonNode listed = Wire.json(asApp("GET", "/app/hook/deliveries", ""));

        assertThat(listed.path(0).path("event").stringValue()).isEqualTo("installation");
        assertThat(listed.path(0).path("status").stringValue()).isEqualTo("Not sent");
        assertThat(received).isEmpty();
    }

    private String told(String act) throws InterruptedException {
        wire.act(act);
        Received next = next();
        return next.event() + " " + next.json().path("action").stringValue();
    }

    private String hmac(String body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(app.webhookSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
