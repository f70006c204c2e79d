package io.oauthservice.refresh;

import static io.oauthservice.Fault.slackError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A burst of rejections: none counts before our own client credentials are checked. */
class RejectionBurstTest extends TokenExpiryTestBase {

    private String acme;
    private String globex;

    @BeforeEach
    void rejectOneGrant() {
        acme = connect("slack", "T0ACME");
        globex = connect("slack", "T0GLOBEX");
        reject(1, "invalid_refresh_token");
        expire(acme);
        assertThat(token("slack", "T0ACME").text("reason")).isEqualTo("refresh_refused");
        expire(globex);
    }

    @Test
    void withValidCredentialsTheNextRejectionCountsToo() {
        reject(1, "invalid_refresh_token");

        Answer rejected = token("slack", "T0GLOBEX");

        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.text("reason")).isEqualTo("refresh_refused");
        assertThat(slack.calls("refresh")).as("two rejections and one check").hasSize(3);
    }

    /** Each would be the first if it did not see the other. */
    @Test
    void concurrentRejectionsAreABurstToo() {
        connect("slack", "T0ACME");
        expire(acme);
        slack.setLatency(Duration.ofMillis(500));
        reject(2, "invalid_refresh_token");
        reject(4, "bad_client_secret");

        List<Integer> statuses = Flux.just("T0ACME", "T0GLOBEX")
                .flatMap(workspace -> Mono.fromCallable(
                                () -> token("slack", workspace).status())
                        .subscribeOn(Schedulers.boundedElastic()))
                .collectList()
                .block(Duration.ofSeconds(20));

        assertThat(statuses).containsExactlyInAnyOrder(409, 503);
        assertThat(List.of(rows.column(acme, "status"), rows.column(globex, "status")))
                .containsExactlyInAnyOrder("needs_reconnect", "active");
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(service.get("/oauth/platforms").text("platforms"))
                        .doesNotContain("reason=misconfigured"));
    }

    @Test
    void withRejectedCredentialsNoGrantIsTouched() {
        reject(1, "invalid_refresh_token");
        reject(4, "bad_client_secret");

        Answer unavailable = token("slack", "T0GLOBEX");

        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(unavailable.text("reason")).isEqualTo("misconfigured");
        assertThat(service.get("/oauth/platforms").text("platforms")).contains("reason=misconfigured");
        assertThat(rows.column(globex, "status")).isEqualTo("active");
        assertThat(rows.column(globex, "refresh_parked_at")).isEqualTo("null");
        assertThat(rows.column(globex, "sequence")).as("no event").isEqualTo("1");
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(token("slack", "T0GLOBEX").text("token_version"))
                        .as("when they are accepted again")
                        .isEqualTo("2"));
    }

    @Test
    void whileTheCheckHasNoResultTheRejectionStaysQuarantined() {
        reject(1, "invalid_refresh_token");
        reject(2, "internal_error");

        assertThat(token("slack", "T0GLOBEX").status()).isEqualTo(503);
        assertThat(rows.column(globex, "status")).isEqualTo("active");

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(rows.column(globex, "status")).isEqualTo("needs_reconnect"));
        assertThat(token("slack", "T0GLOBEX").text("reason")).isEqualTo("refresh_refused");
    }

    @Test
    void aReconnectEndsTheQuarantine() {
        reject(1, "invalid_refresh_token");
        reject(50, "internal_error");
        assertThat(token("slack", "T0GLOBEX").status()).isEqualTo(503);
        assertThat(rows.column(globex, "refresh_parked_for")).isEqualTo("REFRESH_REFUSED");

        String again = connect("slack", "T0GLOBEX");

        assertThat(again).isEqualTo(globex);
        assertThat(rows.column(globex, "refresh_parked_at")).isEqualTo("null");
        assertThat(token("slack", "T0GLOBEX").status()).isEqualTo(200);
    }

    /** The next refreshes fail with this error, and so does the check of our credentials. */
    private void reject(int times, String error) {
        slack.failRefresh(slackError(error).times(times));
    }
}
