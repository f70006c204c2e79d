package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The search for changes that no webhook reported.
 *
 * @param reconcile by a platform's id: how often its list of installations is read and compared, where it has one; less
 *     often where that takes more than a fifth of the calls that the platform allows
 */
@ConfigurationProperties("oauth")
record ReconcileProperties(@DefaultValue Map<String, Duration> reconcile) {

    private static final Duration LIST_EVERY = Duration.ofMinutes(15);

    Duration listEvery(Platform platform) {
        return reconcile.getOrDefault(platform.id(), LIST_EVERY);
    }
}
