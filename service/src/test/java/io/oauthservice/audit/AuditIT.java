package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Browser;
import io.oauthservice.Service;
import io.oauthservice.local.Replica;
import io.oauthservice.local.ReplicaSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What the audit contains after a replica was killed or stopped, with the default settings. */
class AuditIT {

    private static final Duration NEW_WITHIN = Duration.ofSeconds(10);

    private static ReplicaSet set;

    @BeforeAll
    static void start() {
        set = ReplicaSet.start(2);
        new Browser()
                .open(set.first().url() + "/oauth/install/github")
                .choose("9001")
                .press("approve");
    }

    @AfterAll
    static void stop() {
        set.close();
    }

    private static Service service(int replica) {
        return new Service(WebTestClient.bindToServer()
                .baseUrl(set.replicas().get(replica).url())
                .responseTimeout(Duration.ofSeconds(30))
                .build());
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> reads() {
        return (List<Map<String, Object>>) Objects.requireNonNull(
                service(0).get("/oauth/audit?action=token.read").body().get("entries"));
    }

    private static int count() {
        return reads().stream()
                .mapToInt(read -> (int) Objects.requireNonNull(read.get("count")))
                .sum();
    }

    @Test
    void afterTenSecondsAKillLosesNoCombinationAndAStopLosesNoCount() {
        Replica second = set.replicas().get(1);
        service(1).token("9001");
        await().atMost(NEW_WITHIN).until(() -> count() == 1);

        second.kill();
        assertThat(count()).isEqualTo(1);

        second.startAgain();
        second.awaitReady();
        service(1).token("9001");
        await().atMost(NEW_WITHIN).until(() -> count() == 2);
        service(1).token("9001");
        service(1).token("9001");
        assertThat(second.terminate(Duration.ofSeconds(60))).isTrue();

        assertThat(count())
                .as("those of the last minutes are stored at the end")
                .isEqualTo(4);
    }
}
