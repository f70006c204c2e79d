package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.refresh.RefreshException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class FailureProblemsTest {

    @Test
    void theRateLimitOfTheProviderDecidesWhenToTryAgain() {
        var failure = RefreshException.of(new RateLimited("Too many calls", Duration.ofSeconds(7)));

        assertThat(unavailable(failure)).containsExactly("down", "7");
        assertThat(failure.hadNoEffect()).isTrue();
    }

    @Test
    void rejectedCredentialsAreAMisconfiguration() {
        var failure = RefreshException.of(new Misconfigured("invalid_client", "Wrong secret"));

        assertThat(unavailable(failure)).containsExactly("misconfigured", "15");
        assertThat(failure.hadNoEffect()).isTrue();
    }

    @Test
    void aTimeoutHasAReasonOfItsOwn() {
        var failure = RefreshException.of(Retryable.outcomeUnknown("timeout", "Too slow"));

        assertThat(unavailable(failure)).containsExactly("timeout", "2");
        assertThat(failure.hadNoEffect()).isFalse();
    }

    @Test
    void aRequestWhoseOutcomeIsUnknownMayHaveTakenEffect() {
        var failure = RefreshException.of(Retryable.outcomeUnknown("http_500", "Failed"));

        assertThat(unavailable(failure)).containsExactly("down", "2");
        assertThat(failure.hadNoEffect()).isFalse();
    }

    @Test
    void aRequestThatWasNotSentOrWasAnsweredHadNoEffect() {
        for (var cause : List.of(Retryable.notSent("circuit_open", "Open"), new BadRequest("bad", "Bad"))) {
            var failure = RefreshException.of(cause);

            assertThat(unavailable(failure)).containsExactly("down", "2");
            assertThat(failure.hadNoEffect()).isTrue();
        }
    }

    @Test
    void aRefreshInProgressIsATimeout() {
        assertThat(unavailable(RefreshException.inProgress())).containsExactly("timeout", "2");
        assertThat(RefreshException.inProgress().hadNoEffect()).isFalse();
    }

    @Test
    void theRateLimitOfTheProviderDecidesWhenToStartAgain() {
        var failure = new RateLimited("Too many calls", Duration.ofSeconds(7));

        assertThat(unavailable(FailureProblems.of(failure, "No page"))).containsExactly("down", "7");
    }

    @Test
    void aFlowThatCannotStartHasTheReasonOfItsFailure() {
        var ours = new Misconfigured("app_unknown", "Wrong id");
        var theirs = Retryable.outcomeUnknown("timeout", "Too slow");

        assertThat(unavailable(FailureProblems.of(ours, "No page"))).containsExactly("misconfigured", "5");
        assertThat(unavailable(FailureProblems.of(theirs, "No page"))).containsExactly("down", "5");
    }

    private static List<Object> unavailable(RefreshException failure) {
        return unavailable(FailureProblems.of(failure));
    }

    /** The reason, and the seconds to wait. */
    private static List<Object> unavailable(ProblemException problem) {
        assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(problem.getBody().getType()).hasToString("urn:oauth-service:problem:provider-unavailable");
        var members = Objects.requireNonNull(problem.getBody().getProperties());
        return List.of(
                members.get("reason"), String.valueOf(problem.getHeaders().getFirst("Retry-After")));
    }
}
