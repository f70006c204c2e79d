package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The deliveries of the app's webhook, which GitHub repeats on request only. */
class DeliveryTest extends WebhookTestBase {

    private static final String DELIVERIES = "/app/hook/deliveries";
    private static final Pattern LINK = Pattern.compile("<[^>]*/api/v3([^>]*)>; rel=\"(\\w+)\"");

    @Test
    void deliveriesComeInPagesNewestFirst() {
        List<Long> newestFirst = deliver(5);

        List<Long> paged = new ArrayList<>();
        String next = DELIVERIES + "?per_page=2";
        int pages = 0;
        while (next != null) {
            HttpResponse<String> page = asApp("GET", next, "");
            paged.addAll(ids(page));
            next = link(page, "next");
            pages++;
        }

        assertThat(paged).isEqualTo(newestFirst);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void newDeliveriesDoNotMoveACursor() {
        List<Long> before = deliver(3);
        String next = link(asApp("GET", DELIVERIES + "?per_page=2", ""), "next");
        deliver(1);

        HttpResponse<String> second = asApp("GET", String.valueOf(next), "");

        assertThat(ids(second)).containsExactly(before.get(2));
        assertThat(ids(asApp("GET", String.valueOf(link(second, "prev")), ""))).isEqualTo(before.subList(0, 2));
    }

    @ParameterizedTest
    @CsvSource({"cursor=v1_1, cursor_invalid", "cursor=2, cursor_invalid", "status=lost, status_invalid"})
    void anInvalidCursorOrStatusIsRejected(String query, String violation) {
        deliver(1);

        assertThat(asApp("GET", DELIVERIES + "?" + query, "").statusCode()).isEqualTo(422);
        assertThat(client.violations()).containsExactly(violation);
    }

    @Test
    void deliveriesAreListedByTheirOutcome() throws InterruptedException {
        client.set("webhooks", true);
        answerWith = 500;
        installed(ACME);
        next();
        awaitOutcome();
        answerWith = 204;
        installed(GLOBEX);
        next();
        awaitOutcome();

        assertThat(statuses("success")).containsExactly(204);
        assertThat(statuses("failure")).containsExactly(500);
    }

    @Test
    void aDeliveryShowsRequestAndResponse() throws InterruptedException {
        client.set("webhooks", true);
        long acme = installed(ACME);
        Received sent = next();
        awaitOutcome();

        JsonNode listed = listed().path(0);
        JsonNode shown = SandboxClient.json(asApp("GET", DELIVERIES + "/" + listed.path("id"), ""));

        assertThat(listed.path("status").stringValue()).isEqualTo("OK");
        assertThat(listed.path("status_code").intValue()).isEqualTo(202);
        assertThat(listed.path("installation_id").longValue()).isEqualTo(acme);
        assertThat(shown.path("request").path("payload")).isEqualTo(sent.json());
        assertThat(shown.path("request")
                        .path("headers")
                        .path("X-GitHub-Delivery")
                        .stringValue())
                .isEqualTo(sent.guid());
        assertThat(shown.path("response").path("payload").stringValue()).isEqualTo("taken");
    }

    @Test
    void aLongReplyIsCut() throws InterruptedException {
        answer = "x".repeat(100_000);
        client.set("webhooks", true);
        installed(ACME);
        next();
        awaitOutcome();

        JsonNode shown = SandboxClient.json(
                asApp("GET", DELIVERIES + "/" + listed().path(0).path("id"), ""));

        assertThat(shown.path("status").stringValue()).isEqualTo("OK");
        assertThat(shown.path("response").path("payload").stringValue()).hasSize(64 * 1024);
    }

    @Test
    void anUnreachableAppIsReported() {
        service.close();
        client.set("webhooks", true);

        installed(ACME);
        awaitOutcome();

        assertNotAnswered("failed to connect to host");
    }

    @Test
    void anAppThatDoesNotReplyTimesOut() throws IOException {
        service.close();
        client.set("webhooks", true);
        try (ServerSocket silent = new ServerSocket(service.baseUrl().getPort(), 1, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(5_000);
            installed(ACME);
            try (Socket connection = silent.accept()) {
                connection.setSoTimeout(15_000);
                // Ends when the sandbox times out and closes the connection.
                connection.getInputStream().readAllBytes();
            }
            awaitOutcome();
        }

        assertNotAnswered("timed out");
    }

    @Test
    void aRedeliveryIsTheSameWebhookAndAnAttemptOfItsOwn() throws InterruptedException {
        long acme = installed(ACME);
        JsonNode missed = listed().path(0);
        assertThat(missed.path("status").stringValue()).isEqualTo("Not sent");
        client.set("webhooks", true);

        HttpResponse<String> accepted = redeliver(missed);

        assertThat(accepted.statusCode()).isEqualTo(202);
        Received again = next();
        assertThat(again.guid()).isEqualTo(missed.path("guid").stringValue());
        assertThat(again.json().path("installation").path("id").longValue()).isEqualTo(acme);
        awaitOutcome();
        JsonNode both = listed();
        assertThat(both).hasSize(2);
        assertThat(both.path(0).path("redelivery").booleanValue()).isTrue();
        assertThat(both.path(0).path("guid")).isEqualTo(missed.path("guid"));
        assertThat(both.path(0).path("id")).isNotEqualTo(missed.path("id"));
        assertThat(both.path(1)).isEqualTo(missed);
    }

    @Test
    void afterThreeDaysADeliveryIsDeleted() {
        deliver(1);
        JsonNode old = listed().path(0);
        client.set("clock_offset", "P3D");
        deliver(1);

        assertThat(listed()).hasSize(1);
        assertThat(redeliver(old).statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly("delivery_unknown");
    }

    @Test
    void deliveriesRequireTheApp() {
        String token = minted(installed(ACME));

        assertThat(withToken("GET", DELIVERIES, token).statusCode()).isEqualTo(401);
        assertThat(withToken("GET", DELIVERIES + "/1", token).statusCode()).isEqualTo(401);
        assertThat(withToken("POST", DELIVERIES + "/1/attempts", token).statusCode())
                .isEqualTo(401);
    }

    /** Adds deliveries; returns the ids of all, newest first. */
    private List<Long> deliver(int count) {
        for (int i = 0; i < count; i++) {
            client.act("revoke", Map.of("user_id", 55));
        }
        return ids(asApp("GET", DELIVERIES, ""));
    }

    private JsonNode listed() {
        return SandboxClient.json(asApp("GET", DELIVERIES, ""));
    }

    private HttpResponse<String> redeliver(JsonNode delivery) {
        return asApp("POST", DELIVERIES + "/" + delivery.path("id") + "/attempts", "");
    }

    private List<Integer> statuses(String of) {
        return SandboxClient.json(asApp("GET", DELIVERIES + "?status=" + of, ""))
                .valueStream()
                .map(each -> each.path("status_code").intValue())
                .toList();
    }

    /** Waits for the outcome of the newest delivery, which is recorded after the test has received the webhook. */
    private void awaitOutcome() {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (listed().path(0).path("status").stringValue().equals("Not sent")) {
            assertThat(System.nanoTime()).as("deadline of the outcome").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void assertNotAnswered(String status) {
        JsonNode listed = listed().path(0);
        assertThat(listed.path("status").stringValue()).isEqualTo(status);
        assertThat(listed.path("status_code").intValue()).isZero();
    }

    private static List<Long> ids(HttpResponse<String> page) {
        return SandboxClient.json(page)
                .valueStream()
                .map(each -> each.path("id").longValue())
                .toList();
    }

    private static @Nullable String link(HttpResponse<String> page, String relation) {
        Matcher link = LINK.matcher(page.headers().firstValue("Link").orElse(""));
        while (link.find()) {
            if (link.group(2).equals(relation)) {
                return link.group(1);
            }
        }
        return null;
    }
}
