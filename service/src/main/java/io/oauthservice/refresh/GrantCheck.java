package io.oauthservice.refresh;

import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.EndingSource;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.Providers;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks the provider about a grant after it reported a change, and lets the answer decide. Answers the installation as it
 * is afterwards. Fails where the provider gives no answer; then the grant stays as it is.
 */
@Component
public class GrantCheck {

    private static final Logger log = LoggerFactory.getLogger(GrantCheck.class);

    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final Refresher refresher;
    private final Clock clock;

    GrantCheck(Installations installations, Providers providers, GrantCipher cipher, Refresher refresher, Clock clock) {
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.refresher = refresher;
        this.clock = clock;
    }

    /**
     * The installation after the provider was asked whether the grant has ended.
     *
     * @param ending how it ended, if the provider does not accept its token any longer
     */
    public Mono<Installation> check(Installation seen, Ending ending) {
        return decidedByRefresh(seen) ? refresher.confirm(seen) : checkToken(seen, ending);
    }

    /** The installation after a change other than an end: with a new token, where that costs nothing, and new content. */
    public Mono<Installation> update(Installation seen) {
        return isMinted(seen)
                ? refresher.confirm(seen).flatMap(now -> now.isActive() ? updateContent(seen, now) : Mono.just(now))
                : Mono.just(seen);
    }

    private Mono<Installation> updateContent(Installation before, Installation now) {
        boolean permissionsChanged = !before.permissions().equals(now.permissions());
        return providers
                .get(now.platform())
                .readInstallation(now.grant(null, null))
                .flatMap(info -> installations.update(now, info, permissionsChanged))
                .defaultIfEmpty(now);
    }

    /** A new token shows whether the grant works: it is minted at no risk, or it is due. */
    private boolean decidedByRefresh(Installation seen) {
        StoredTokens tokens = seen.tokens();
        boolean expired = tokens.expiresAt() != null && !tokens.expiresAt().isAfter(clock.instant());
        return seen.status() != InstallationStatus.NEEDS_RECONNECT
                && (isMinted(seen) || (expired && tokens.refreshToken() != null));
    }

    /** Without a refresh token a token that expires is minted from the installation itself. */
    private static boolean isMinted(Installation seen) {
        return seen.tokens().refreshToken() == null && seen.tokens().expiresAt() != null;
    }

    private Mono<Installation> checkToken(Installation seen, Ending ending) {
        StoredTokens stored = seen.tokens();
        if (stored.accessToken() == null) {
            return Mono.just(seen);
        }
        return cipher.decrypt(seen, stored.accessToken(), stored.refreshToken())
                .flatMap(grant -> providers.get(seen.platform()).checkToken(grant))
                .flatMap(check -> switch (check) {
                    case ACCEPTED -> Mono.just(seen);
                    case REJECTED -> end(seen, ending);
                    case SUSPENDED -> end(seen, Ending.SUSPENDED);
                    case UNDECIDED -> stored.refreshToken() == null ? Mono.just(seen) : refresher.confirm(seen);
                });
    }

    private Mono<Installation> end(Installation seen, Ending ending) {
        return installations
                .markEnded(seen, ending, EndingSource.PROVIDER)
                .doOnNext(after -> log.info(
                        "Installation ended by the provider: platform={} installation={} status={} reason={}",
                        after.platform(),
                        after.id(),
                        after.status().code(),
                        after.statusReason()))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }
}
