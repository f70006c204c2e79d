package io.oauthservice.refresh;

import static io.oauthservice.Fault.dropReply;
import static io.oauthservice.Fault.rateLimit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A user's own grant at GitHub, whose access token does not survive a refresh. */
class UserGrantTest extends TokenExpiryTestBase {

    private static final String ACME = "9001";
    private static final String DANA = "55";

    @Test
    void itIsReturnedOnlyToCallersThatNameTheUser() {
        connect("github", ACME);

        assertThat(token("github", ACME).text("access_token")).startsWith("ghs_");
        assertThat(ofDana().text("access_token")).startsWith("ghu_");
        assertThat(ofDana().text("org_id")).isEqualTo(ACME);
    }

    @Test
    void fiftyCallersOfAnExpiredOneCauseOneRefresh() {
        String id = connectDana();
        String old = ofDana().text("access_token");
        expire(id);

        Set<String> returned = concurrentReads(50).collect(Collectors.toSet()).block(Duration.ofSeconds(20));

        assertThat(returned).hasSize(1).doesNotContain(old).allMatch(token -> token.startsWith("ghu_"));
        assertThat(gitHub.calls("refresh")).containsExactly(200);
        assertThat(rows.column(id, "token_version")).isEqualTo("2");
        assertThat(gitHub.violations()).isEmpty();
    }

    /** GitHub invalidates the old token before the response with the new one arrives. */
    @Test
    void duringARefreshCallersWaitAndNeverGetTheOldToken() {
        String id = connectDana();
        String old = ofDana().text("access_token");
        gitHub.setLatency(Duration.ofMillis(700));
        due(id);
        await().until(() -> !rows.column(id, "refresh_lease_owner").equals("null"));

        Set<String> returned = concurrentReads(20).collect(Collectors.toSet()).block(Duration.ofSeconds(20));

        assertThat(returned).hasSize(1).doesNotContain(old);
        assertThat(gitHub.calls("refresh")).hasSize(1);
    }

    @Test
    void aLostReplyLosesTheGrantAndIsReportedAsSuch() {
        String id = connectDana();
        gitHub.failRefresh(dropReply());
        expire(id);

        assertThat(ofDana().status()).isEqualTo(503);
        Answer lost = await().atMost(Duration.ofSeconds(15)).until(this::ofDana, answer -> answer.status() == 409);

        assertThat(lost.problem()).isEqualTo("reconnect-required");
        assertThat(lost.text("reason")).isEqualTo("lost_reply");
        assertThat(gitHub.calls("refresh")).hasSize(2);
        assertThat(token("github", ACME).status())
                .as("the organisation's grant")
                .isEqualTo(200);
    }

    /** It has minutes left until it expires, and may be invalid: it is not returned until that is known. */
    @Test
    void afterALostReplyTheOldTokenIsNotReturned() {
        String id = connectDana();
        rows.leaveTokenOnly(id, Duration.ofMinutes(20));
        gitHub.failRefresh(dropReply());
        assertThat(service.get("/oauth/token/github?org_id=9001&user_id=55&min_ttl=1700")
                        .status())
                .isEqualTo(503);

        List<Answer> answers = new ArrayList<>();
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            answers.add(ofDana());
            return answers.getLast().status() == 409;
        });

        assertThat(answers).extracting(Answer::status).containsOnly(503, 409);
        assertThat(answers.getLast().text("reason")).isEqualTo("lost_reply");
    }

    @Test
    void aValidTokenIsReturnedWhileGitHubIsUnavailable() {
        String id = connectDana();
        String old = ofDana().text("access_token");
        gitHub.failRefresh(rateLimit().times(5));
        rows.leaveTokenOnly(id, Duration.ofSeconds(20));

        assertThat(ofDana().text("access_token")).isEqualTo(old);
        assertThat(gitHub.calls("refresh")).hasSize(1);
    }

    @Test
    void itIsNeverTheDefaultOfAnOrganisation() {
        String organisations = connect("github", ACME);

        service.delete("/oauth/installations/" + organisations);

        assertThat(token("github", ACME).status()).isEqualTo(404);
        assertThat(ofDana().status()).isEqualTo(200);
    }

    @Test
    void aDeleteEndsItAtGitHub() {
        String id = connectDana();

        service.delete("/oauth/installations/" + id);

        assertThat(ofDana().status()).isEqualTo(404);
        await().until(() -> gitHub.calls("revoke").contains(204));
        assertThat(token("github", ACME).status()).isEqualTo(200);
    }

    private String connectDana() {
        connect("github", ACME);
        return ofDana().text("installation_id");
    }

    private Answer ofDana() {
        return service.get("/oauth/token/github?org_id=" + ACME + "&user_id=" + DANA);
    }

    private Flux<String> concurrentReads(int callers) {
        return Flux.fromStream(IntStream.range(0, callers).boxed())
                .flatMap(
                        caller -> Mono.fromCallable(() -> ofDana().text("access_token"))
                                .subscribeOn(Schedulers.boundedElastic()),
                        callers);
    }
}
