package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The act {@code deliver}, which sends recorded webhooks as a test needs them. */
class DeliverTest extends WebhookTestBase {

    private JsonNode deliver(String fields) {
        return client.act(("{'act':'deliver'" + fields + "}").replace('\'', '"'));
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
        client.act("{\"act\":\"suspend\",\"installation_id\":" + acme + "}");
        client.act("{\"act\":\"uninstall\",\"installation_id\":" + acme + "}");
    }

    @Test
    void theLastWebhookIsSentThoughWebhooksAreOff() throws InterruptedException {
        installSuspendUninstall();

        assertThat(deliver("").path("statuses").toString()).isEqualTo("[202]");

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

        assertThat(deliver(",'times':3").path("statuses")).hasSize(3);

        assertThat(List.of(next(), next(), next()).stream().map(Received::guid).distinct())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",'last':3 | created,suspend,deleted",
                ",'last':3,'order':'reversed' | deleted,suspend,created",
                ",'last':3,'order':[2,0,2,1] | deleted,created,deleted,suspend",
                ",'events':['installation.created','installation.deleted'],'last':2,'order':'reversed' | deleted,created",
                ",'events':['installation.suspend'] | suspend",
            })
    void webhooksAreSentInAnyOrder(String fields, String actions) throws InterruptedException {
        installSuspendUninstall();

        deliver(fields);

        List<String> expected = List.of(actions.split(","));
        assertThat(actions(expected.size())).isEqualTo(expected);
    }

    @Test
    void theSameSeedGivesTheSameOrder() throws InterruptedException {
        installSuspendUninstall();

        deliver(",'last':3,'order':'shuffled','seed':7");
        List<String> first = actions(3);
        deliver(",'last':3,'order':'shuffled','seed':7");

        assertThat(actions(3)).isEqualTo(first);
        assertThat(new TreeSet<>(first)).containsExactly("created", "deleted", "suspend");
    }

    @Test
    void theDeliveryIdCanBeNewOrChosen() throws InterruptedException {
        installed(ACME);
        deliver(",'times':2,'delivery_id':'new'");
        deliver(",'delivery_id':'11111111-2222-3333-4444-555555555555'");

        Received first = next();
        Received second = next();

        assertThat(first.guid()).isNotEqualTo(second.guid());
        assertThat(first.signature()).isEqualTo(second.signature());
        assertThat(next().guid()).isEqualTo("11111111-2222-3333-4444-555555555555");
    }

    @Test
    void theEventHeaderCanBeChangedBecauseItIsNotSigned() throws InterruptedException {
        installed(ACME);
        deliver("");
        Received own = next();

        deliver(",'event':'installation_repositories'");

        Received changed = received.take();
        assertThat(changed.event()).isEqualTo("installation_repositories");
        assertThat(changed.signature()).isEqualTo(own.signature());
        assertThat(changed.body()).isEqualTo(own.body());
    }

    @Test
    void aDelayedWebhookIsSentAfterTheReply() throws InterruptedException {
        installed(ACME);

        JsonNode answer = deliver(",'delay':'PT0.05S'");

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
