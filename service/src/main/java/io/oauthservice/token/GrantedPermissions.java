package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.grantcheck.GrantContent;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Asks the provider for the permissions of a grant before a request is rejected: the stored ones may be older. */
@Component
class GrantedPermissions {

    private static final Logger log = LoggerFactory.getLogger(GrantedPermissions.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int MAX_INSTALLATIONS = 10_000;

    private final Providers providers;
    private final GrantContent content;
    private final SingleFlight<InstallationId, Installation> updates = new SingleFlight<>();
    private final Cache<InstallationId, Boolean> asked = Caffeine.newBuilder()
            .maximumSize(MAX_INSTALLATIONS)
            .expireAfterWrite(INTERVAL)
            .build();

    GrantedPermissions(Providers providers, GrantContent content) {
        this.providers = providers;
        this.content = content;
    }

    /**
     * The installation after it was updated. Empty where the permissions are those that are stored, where the provider
     * was asked within the last minute, and where it does not answer.
     */
    Mono<Installation> update(Installation seen) {
        return updates.join(
                seen.id(), () -> asked.asMap().putIfAbsent(seen.id(), true) == null ? ask(seen) : Mono.empty());
    }

    private Mono<Installation> ask(Installation seen) {
        return providers
                .get(seen.platform())
                .grantedPermissions(seen.grantWithoutTokens())
                .filter(granted -> !granted.equals(seen.permissions()))
                .flatMap(changed -> content.update(seen))
                .onErrorResume(GrantContent::isUnanswered, failure -> {
                    log.warn(
                            "Permissions not updated: platform={} installation={} error={}",
                            seen.platform(),
                            seen.id(),
                            failure.getMessage());
                    return Mono.empty();
                });
    }
}
