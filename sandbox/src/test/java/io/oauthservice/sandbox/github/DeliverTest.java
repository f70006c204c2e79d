package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The act {@code deliver}, which sends recorded webhooks as a test needs them. */
class DeliverTest extends WebhookTestBase {

    private JsonNode deliver(Map<String, ?> fields) {
        return client.act("deliver", fields);
    }

    private List<String> actions(int count) throws InterruptedException {
        List<String> actions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            actions.add(next().json().path("action").stringValue());
        }
        assertThat(received).isEmpty();
        return actions;
    }

    private void installSuspendUninstall() {
        long acme = installed(ACME);
        client.act("suspend", Map.of("installation_id", acme));
        client.act("uninstall", Map.of("installation_id", acme));
    }

    @Test
    void theLastWebhookIsSentThoughWebhooksAreOff() throws InterruptedException {
        installSuspendUninstall();

        assertThat(deliver(Map.of()).path("statuses").toString()).isEqualTo("[202]");

        assertThat(actions(1)).containsExactly("deleted");
        assertThat(SandboxClient.json(asApp("GET", "/app/hook/deliveries", ""))
                        .path(0)
                        .path("status")
                        .stringValue())
                .isEqualTo("OK");
    }

    @Test
    void aWebhookIsSentSeveralTimesUnderOneId() throws InterruptedException {
        installed(ACME);

        assertThat(deliver(Map.of("times", 3)).path("statuses")).hasSize(3);

        assertThat(List.of(next(), next(), next()).stream().map(Received::guid).distinct())
                .hasSize(1);
    }

    static Stream<Arguments> selections() {
        return Stream.of(
                arguments(Map.of("last", 3), List.of("created", "suspend", "deleted")),
                arguments(Map.of("last", 3, "order", "reversed"), List.of("deleted", "suspend", "created")),
                arguments(
                        Map.of("last", 3, "order", List.of(2, 0, 2, 1)),
                        List.of("deleted", "created", "deleted", "suspend")),
                arguments(
                        Map.of(
                                "events",
                                List.of("installation.created", "installation.deleted"),
                                "last",
                                2,
                                "order",
                                "reversed"),
                        List.of("deleted", "created")),
                arguments(Map.of("events", List.of("installation.suspend")), List.of("suspend")));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void webhooksAreSentInAnyOrder(Map<String, Object> fields, List<String> expected) throws InterruptedException {
        installSuspendUninstall();

        deliver(fields);

        assertThat(actions(expected.size())).isEqualTo(expected);
    }

    @Test
    void theSameSeedGivesTheSameOrder() throws InterruptedException {
        installSuspendUninstall();

        deliver(Map.of("last", 3, "order", "shuffled", "seed", 7));
        List<String> first = actions(3);
        deliver(Map.of("last", 3, "order", "shuffled", "seed", 7));

        assertThat(actions(3)).isEqualTo(first);
        assertThat(new TreeSet<>(first)).containsExactly("created", "deleted", "suspend");
    }

    @Test
    void theDeliveryIdCanBeNewOrChosen() throws InterruptedException {
        installed(ACME);
        deliver(Map.of("times", 2, "delivery_id", "new"));
        deliver(Map.of("delivery_id", "11111111-2222-3333-4444-555555555555"));

        Received first = next();
        Received second = next();

        assertThat(first.guid()).isNotEqualTo(second.guid());
        assertThat(first.signature()).isEqualTo(second.signature());
        assertThat(next().guid()).isEqualTo("11111111-2222-3333-4444-555555555555");
    }

    @Test
    void theEventHeaderCanBeChangedBecauseItIsNotSigned() throws InterruptedException {
        installed(ACME);
        deliver(Map.of());
        Received own = next();

        deliver(Map.of("event", "installation_repositories"));

        Received changed = received.take();
        assertThat(changed.event()).isEqualTo("installation_repositories");
        assertThat(changed.signature()).isEqualTo(own.signature());
        assertThat(changed.body()).isEqualTo(own.body());
    }

    @Test
    void aDelayedWebhookIsSentAfterTheReply() throws InterruptedException {
        installed(ACME);

        JsonNode answer = deliver(Map.of("delay", "PT0.05S"));

        assertThat(answer.path("scheduled").intValue()).isEqualTo(1);
        assertThat(actions(1)).containsExactly("created");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",'last':2 | last: must be at most 1",
                ",'events':['push'] | last: must be at most 0",
                ",'order':[1] | order: must be of positions from 0",
                ",'order':'odd' | order: must be one of sent, reversed, shuffled",
                ",'times':0 | times: must be a whole number from 1",
            })
    void wrongFieldsAreNamed(String fields, String error) {
        installed(ACME);

        HttpResponse<String> answer =
                client.send("POST", "/control/github/acts", ("{'act':'deliver'" + fields + "}").replace('\'', '"'));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(SandboxClient.json(answer).path("error").stringValue()).startsWith(error);
    }
}
