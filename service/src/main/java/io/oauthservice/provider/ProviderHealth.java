package io.oauthservice.provider;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a platform is, as far as calls to it from this process tell.
 *
 * @param reason why it is not ok; null: it is
 * @param since when that began; null: it is ok
 * @param retryAt when it is asked again; null: it is asked now and then
 */
public record ProviderHealth(
        State state,
        @Nullable Reason reason,
        @Nullable Instant since,
        @Nullable Instant retryAt) {

    static ProviderHealth ok() {
        return new ProviderHealth(State.OK, null, null, null);
    }

    static ProviderHealth leftAlone(@Nullable Instant since, @Nullable Instant retryAt) {
        return new ProviderHealth(State.LEFT_ALONE, Reason.FAILING, since, retryAt);
    }

    static ProviderHealth misconfigured(Instant since) {
        return new ProviderHealth(State.LEFT_ALONE, Reason.MISCONFIGURED, since, null);
    }

    static ProviderHealth trying(@Nullable Instant since) {
        return new ProviderHealth(State.TRYING, Reason.FAILING, since, null);
    }

    /** Whether calls go to the platform: all, none, or a few to see whether it is well again. */
    public enum State {
        OK,
        LEFT_ALONE,
        TRYING;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is wrong. */
    public enum Reason {
        /** Too many of its calls failed or took too long. */
        FAILING,
        /** It does not take our own credentials; whether it does by now is asked again and again. */
        MISCONFIGURED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
