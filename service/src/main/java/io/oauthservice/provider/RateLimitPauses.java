package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The platforms that a background job does not call for a while, so that callers can use the remaining quota. */
public final class RateLimitPauses {

    private final Map<Platform, Long> until = new ConcurrentHashMap<>();

    /** The platform has limited the rate of our calls for this long. */
    public void pause(Platform platform, Duration length) {
        until.put(platform, System.nanoTime() + length.toNanos());
    }

    /** Whether the platform is paused, or unavailable ({@link GuardedProvider#unavailability}). */
    public boolean isPaused(GuardedProvider provider) {
        long now = System.nanoTime();
        return until.getOrDefault(provider.platform(), now) - now > 0
                || provider.unavailability().isPresent();
    }
}
