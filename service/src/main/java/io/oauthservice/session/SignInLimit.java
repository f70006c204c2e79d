package io.oauthservice.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.stereotype.Component;

/** Pauses sign-in on this replica after ten failures within a minute. Keeps nothing about the browsers that failed. */
@Component
class SignInLimit {

    private static final int FAILURES = 10;
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private final Clock clock;
    private final Deque<Instant> failures = new ArrayDeque<>();

    SignInLimit(Clock clock) {
        this.clock = clock;
    }

    /** How long sign-in is paused; zero: it is not. */
    synchronized Duration pause() {
        Instant now = clock.instant();
        while (!failures.isEmpty() && !now.isBefore(failures.peekFirst().plus(WITHIN))) {
            failures.removeFirst();
        }
        return failures.size() < FAILURES
                ? Duration.ZERO
                : Duration.between(now, failures.getFirst().plus(WITHIN));
    }

    synchronized void recordFailure() {
        failures.addLast(clock.instant());
    }
}
