package io.oauthservice.grantcheck;

import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.EndingSource;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StatusChanges;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.TokenCheck;
import io.oauthservice.refresh.Refresher;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks the provider whether a grant has ended, and lets the answer decide. Fails where the provider gives no answer;
 * then the grant stays as it is.
 */
@Component
public class GrantCheck {

    /** An access token that expires this soon may have expired already by the provider's clock. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final Refresher refresher;
    private final StatusChanges statusChanges;
    private final Clock clock;

    GrantCheck(
            Installations installations,
            Providers providers,
            GrantCipher cipher,
            Refresher refresher,
            StatusChanges statusChanges,
            Clock clock) {
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.refresher = refresher;
        this.statusChanges = statusChanges;
        this.clock = clock;
    }

    /**
     * The installation after the provider was asked whether the grant has ended.
     *
     * @param ending how it ended, if the provider confirms it
     */
    public Mono<Installation> check(Installation seen, Ending ending) {
        return isDecidedByRefresh(seen) ? refresher.refreshReported(seen, ending) : checkEnding(seen, ending);
    }

    /** What the provider says about the access token of a grant that has one. Fails without an answer. */
    public Mono<TokenCheck> checkToken(Installation seen) {
        StoredTokens stored = seen.tokens();
        return cipher.decrypt(seen, stored.accessToken(), stored.refreshToken())
                .flatMap(grant -> providers.get(seen.platform()).checkToken(grant));
    }

    /**
     * Whether to refresh instead of checking the access token: always where tokens are issued for the installation
     * itself, else where the access token is expired, invalid or possibly replaced, so that a check proves nothing.
     */
    boolean isDecidedByRefresh(Installation seen) {
        StoredTokens tokens = seen.tokens();
        boolean expired = tokens.expiresAt() != null
                && tokens.expiresAt().isBefore(clock.instant().plus(CLOCK_DIFFERENCE));
        boolean doubtful = expired || tokens.invalid() || seen.unknownOutcomes() > 0;
        return isLive(seen) && (isIssuedWithoutRefreshToken(seen) || (doubtful && tokens.refreshToken() != null));
    }

    /** Whether its tokens are issued for the installation itself: they expire, and there is no refresh token. */
    static boolean isIssuedWithoutRefreshToken(Installation seen) {
        return seen.tokens().refreshToken() == null && seen.tokens().expiresAt() != null;
    }

    private static boolean isLive(Installation seen) {
        return seen.status() == InstallationStatus.ACTIVE || seen.status() == InstallationStatus.SUSPENDED;
    }

    private Mono<Installation> checkEnding(Installation seen, Ending ending) {
        if (seen.tokens().accessToken() == null) {
            return Mono.just(seen);
        }
        return checkToken(seen).flatMap(check -> switch (check) {
            case ACCEPTED -> resume(seen);
            case REJECTED -> end(seen, ending);
            case SUSPENDED -> end(seen, Ending.SUSPENDED);
            case UNDECIDED -> decide(seen, ending);
        });
    }

    private Mono<Installation> resume(Installation seen) {
        return seen.status() == InstallationStatus.SUSPENDED
                ? statusChanges.resume(seen).switchIfEmpty(Mono.defer(() -> installations.find(seen.id())))
                : Mono.just(seen);
    }

    /** A grant that needs a reconnect cannot be refreshed; a report that the app was removed is then believed. */
    private Mono<Installation> decide(Installation seen, Ending ending) {
        if (isLive(seen)) {
            return seen.tokens().refreshToken() == null ? Mono.just(seen) : refresher.refreshReported(seen, ending);
        }
        return ending == Ending.UNINSTALLED ? end(seen, ending) : Mono.just(seen);
    }

    private Mono<Installation> end(Installation seen, Ending ending) {
        return statusChanges.markEnded(seen, ending, EndingSource.CHECK, "token_check");
    }
}
