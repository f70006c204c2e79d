package io.oauthservice.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.ReplicaSet;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Narrowed tokens, which each of two replicas keeps in its own memory. */
class NarrowedTokensIT {

    private static final String PATH = "/oauth/token/github?org_id=9001&repositories=web";
    private static final Duration SOON = Duration.ofSeconds(30);

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

    @Test
    void aReportedNarrowedTokenIsReplacedOnAllReplicas() {
        String first = service(0).get(PATH).text("fingerprint");
        String second = service(1).get(PATH).text("fingerprint");
        assertThat(first).isNotEqualTo(second);

        // Each report arrives at the replica that does not have the token. A token is too young for ten seconds.
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).until(() -> {
            List.of(report(1, first), report(0, second))
                    .forEach(answer -> assertThat(answer.body())
                            .containsEntry("verdict", "refreshed")
                            .containsEntry("retry", true));
            return !service(0).get(PATH).text("fingerprint").equals(first)
                    && !service(1).get(PATH).text("fingerprint").equals(second);
        });
    }

    private static Answer report(int replica, String fingerprint) {
        return service(replica)
                .post("/oauth/token/github/failures", "{\"org_id\":\"9001\",\"fingerprint\":\"" + fingerprint + "\"}");
    }

    private static Service service(int replica) {
        return new Service(WebTestClient.bindToServer()
                .baseUrl(set.replicas().get(replica).url())
                .responseTimeout(Duration.ofSeconds(30))
                .build());
    }
}
