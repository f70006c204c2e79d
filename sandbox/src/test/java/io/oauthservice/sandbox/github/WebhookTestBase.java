package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxClient;
import io.oauthservice.sandbox.SandboxOptions;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Reply;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** GitHub with an app that receives webhooks; each must match the published schema. */
abstract class WebhookTestBase extends GitHubTestBase {

    record Received(
            String path,
            @Nullable String event,
            @Nullable String guid,
            @Nullable String signature,
            String body) {

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }
    }

    final BlockingQueue<Received> received = new ArrayBlockingQueue<>(100);
    volatile int answerWith = 202;
    volatile String answer = "taken";
    LocalHttpServer service;

    @Override
    @BeforeEach
    void start() {
        try {
            service = LocalHttpServer.bind(0);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        service.serve(request -> {
            received.add(new Received(
                    request.path(),
                    request.header("X-GitHub-Event"),
                    request.header("X-GitHub-Delivery"),
                    request.header("X-Hub-Signature-256"),
                    request.body()));
            return Reply.text(answerWith, answer);
        });
        sandbox = Sandbox.start(SandboxOptions.inMemory(service.baseUrl()));
        client = new SandboxClient(sandbox.baseUrl(), "github");
        app = sandbox.app(GitHubApp.class);
        signer = AppSigner.of(app);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    Received next() throws InterruptedException {
        Received next = received.poll(5, TimeUnit.SECONDS);
        assertThat(next).as("a webhook").isNotNull();
        PublishedSchemas.checkWebhook(
                String.valueOf(Objects.requireNonNull(next).event()), next.json());
        return next;
    }
}
