package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Misconfigured;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Which platforms do not take our own credentials. That is a fault of ours and says nothing about any grant: such a
 * platform is asked for nothing but whether it takes them again.
 */
@Component
class CredentialsStatus {

    private static final Logger log = LoggerFactory.getLogger(CredentialsStatus.class);

    private final Map<Platform, Refusal> refusals = new ConcurrentHashMap<>();

    /** Null where they are taken, as far as we know. */
    @Nullable
    Refusal refusal(Platform platform) {
        return refusals.get(platform);
    }

    void refused(Platform platform, Misconfigured why) {
        if (refusals.putIfAbsent(platform, new Refusal(why, Instant.now())) == null) {
            log.error(
                    "Our own credentials are refused, no token is refreshed until they are taken: platform={} error={} ({})",
                    platform,
                    why.code(),
                    why.getMessage());
        }
    }

    void taken(Platform platform) {
        if (refusals.remove(platform) != null) {
            log.info("Our credentials are taken again: platform={}", platform);
        }
    }

    /**
     * A platform's refusal of our credentials.
     *
     * @param why in its own words
     * @param since when it was first heard
     */
    record Refusal(Misconfigured why, Instant since) {}
}
