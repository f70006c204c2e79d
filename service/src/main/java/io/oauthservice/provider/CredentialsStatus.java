package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Misconfigured;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Which platforms reject our client credentials. A rejection says nothing about any grant. Until the credentials are
 * accepted, no refresh and no reconciliation starts: these ask {@link GuardedProvider#unavailability} first. Other
 * calls are not blocked: install flows, revocations, token checks and narrowing still call the platform.
 */
@Component
class CredentialsStatus {

    private static final Logger log = LoggerFactory.getLogger(CredentialsStatus.class);

    private final Map<Platform, Rejection> rejections = new ConcurrentHashMap<>();
    private final Clock clock;

    CredentialsStatus(Clock clock) {
        this.clock = clock;
    }

    /** Null where the platform has not rejected the credentials. */
    @Nullable
    Rejection rejection(Platform platform) {
        return rejections.get(platform);
    }

    void markRejected(Platform platform, Misconfigured cause) {
        if (rejections.putIfAbsent(platform, new Rejection(cause, clock.instant())) == null) {
            log.error(
                    "Client credentials rejected, token refresh stopped: platform={} error={} ({})",
                    platform,
                    cause.code(),
                    cause.getMessage());
        }
    }

    void markAccepted(Platform platform) {
        if (rejections.remove(platform) != null) {
            log.info("Client credentials accepted again: platform={}", platform);
        }
    }

    /** @param since when this process first saw the rejection */
    record Rejection(Misconfigured cause, Instant since) {}
}
