package io.oauthservice.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.SandboxControl;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.Sites;
import io.oauthservice.TestPlatform;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.local.ReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Any number of callers with an expired token on two replicas cause exactly one refresh at the provider. */
class TwoReplicasIT {

    private static final int CALLERS = 50;

    private static ReplicaSet set;

    @BeforeAll
    static void start() {
        set = ReplicaSet.start(2);
    }

    @AfterAll
    static void stop() {
        set.close();
    }

    @ParameterizedTest
    @EnumSource
    void fiftyCallersOnTwoReplicasCauseOneRefresh(TestPlatform at) throws Exception {
        String platform = at.id();
        SandboxControl provider = new SandboxControl(set.sandbox(), at.sandbox());
        new Browser().connect(set.publicUrl(), platform, at.organisation());
        String path = "/oauth/token/" + platform + "?org_id=" + at.organisation();
        // Not by organisation: that response would be cached, and the row is changed directly in the database.
        String id = String.valueOf(service(0).installations().getFirst().get("id"));
        Answer before = service(0).get("/oauth/token/" + platform + "?installation_id=" + id);
        provider.setLatency(Duration.ofMillis(300));
        set.sql("UPDATE oauth_installations SET token_expires_at = now() - interval '1 minute' WHERE platform = '%s'"
                .formatted(platform));

        List<Answer> answers = ask(path);

        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(answers)
                .extracting(answer -> answer.text("fingerprint"))
                .containsOnly(answers.getFirst().text("fingerprint"));
        assertThat(answers.getFirst().text("fingerprint")).isNotEqualTo(before.text("fingerprint"));
        assertThat(provider.calls(at.refreshOperation())).hasSize(at.refreshesOfAnInstall() + 1);
        assertThat(provider.violations()).isEmpty();
        try (KafkaEvents events = new KafkaEvents(set.bootstrap(), before.text("installation_id"))) {
            List<Received> received = events.await(2);
            assertThat(received).extracting(event -> event.event().sequence()).containsExactly(1L, 2L);
            assertThat(((TokenRefreshed) received.getLast().event()).tokenVersion())
                    .isEqualTo(2);
        }
    }

    @Test
    void aRevocationOnOneReplicaEvictsOnTheOther() {
        new Browser()
                .open(set.first().url() + "/oauth/install/github")
                .choose("9002")
                .press("approve");
        String path = "/oauth/token/github?org_id=9002";
        String id = service(0).get(path).text("installation_id");
        assertThat(service(1).get(path).status()).isEqualTo(200);

        service(0).delete("/oauth/installations/" + id);

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(service(1).get(path).problem()).isEqualTo("not-connected"));
    }

    @Test
    void aRevocationOfAGrantWithManyOrganisationsEvictsOnTheOtherReplica() {
        Sites sites = Sites.add(new AtlassianControl(set.sandbox()), 300);
        new Browser().open(set.first().url() + "/oauth/install/jira").press("approve");
        String path = "/oauth/token/jira?org_id=";
        String id = service(0).get(path + sites.id(0)).text("installation_id");
        sites.ids()
                .forEach(
                        site -> assertThat(service(1).get(path + site).status()).isEqualTo(200));

        service(0).delete("/oauth/installations/" + id);

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(service(1).get(path + sites.id(299)).problem())
                                .isEqualTo("not-connected"));
        assertThat(sites.ids())
                .allSatisfy(site ->
                        assertThat(service(1).get(path + site).problem()).isEqualTo("not-connected"));
    }

    private static List<Answer> ask(String path) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Callable<Answer>> calls = IntStream.range(0, CALLERS)
                    .<Callable<Answer>>mapToObj(i -> () -> service(i % 2).get(path))
                    .toList();
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static Service service(int replica) {
        return new Service(WebTestClient.bindToServer()
                .baseUrl(set.replicas().get(replica).url())
                .responseTimeout(Duration.ofSeconds(30))
                .build());
    }
}
