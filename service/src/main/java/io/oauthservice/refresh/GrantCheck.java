package io.oauthservice.refresh;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.ChangeRecorder;
import io.oauthservice.installation.EndingSource;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.TokenCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks the provider about a grant after it reported a change, and lets the answer decide. Returns the installation as it
 * is afterwards. Fails where the provider gives no answer; then the grant stays as it is.
 */
@Component
public class GrantCheck {

    /** An access token that expires this soon may have expired already by the provider's clock. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final Refresher refresher;
    private final GrantEndings endings;
    private final RejectionReview rejections;
    private final ChangeRecorder changes;
    private final Clock clock;

    GrantCheck(
            Installations installations,
            Providers providers,
            GrantCipher cipher,
            Refresher refresher,
            GrantEndings endings,
            RejectionReview rejections,
            ChangeRecorder changes,
            Clock clock) {
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.refresher = refresher;
        this.endings = endings;
        this.rejections = rejections;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * The installation after the provider was asked whether the grant has ended.
     *
     * @param ending how it ended, if the provider confirms it
     */
    public Mono<Installation> check(Installation seen, Ending ending) {
        return isDecidedByRefresh(seen) ? refresher.confirm(seen, ending) : checkToken(seen, ending);
    }

    /**
     * The installation after a change that is no end: with the provider's present content, and with a new token if that
     * costs nothing. A suspended one becomes active if the suspension is over.
     */
    public Mono<Installation> update(Installation seen) {
        if (isMinted(seen)) {
            return refresh(seen).flatMap(now -> now.isActive() ? updateContent(seen, now) : Mono.just(now));
        }
        return switch (seen.status()) {
            case ACTIVE -> updateContent(seen);
            case SUSPENDED -> check(seen, Ending.TOKENS_REVOKED);
            case PENDING_APPROVAL, UNCLAIMED, NEEDS_RECONNECT, REVOKED -> Mono.just(seen);
        };
    }

    /**
     * What the provider shows of an active grant now. If the access token is expired or rejected, the grant is refreshed
     * first. Empty where that has ended the grant, and where the provider cannot be asked about it. Changes nothing else; fails
     * as {@link io.oauthservice.provider.InstallationReader} does.
     */
    public Mono<Content> readContent(Installation seen) {
        boolean refreshed = isDecidedByRefresh(seen);
        return (refreshed ? refresh(seen) : Mono.just(seen))
                .filter(Installation::isActive)
                .flatMap(now -> refreshed || now.tokens().refreshToken() == null
                        ? read(now)
                        : read(now)
                                .onErrorResume(
                                        ReconnectRequired.class,
                                        rejection -> isEnd(rejection)
                                                ? Mono.error(rejection)
                                                : refresh(now)
                                                        .filter(Installation::isActive)
                                                        .flatMap(this::read)));
    }

    /**
     * Ends a grant that the provider has answered to have ended, without a report of its own. One of many that end at once is
     * quarantined first. Fails with {@link RefreshFailed} while that is undecided.
     */
    public Mono<Installation> end(Installation seen, ReconnectRequired found) {
        return rejections.reviewFound(seen, found);
    }

    /** What the provider says about the access token of a grant that has one. Fails without an answer. */
    public Mono<TokenCheck> ask(Installation seen) {
        StoredTokens stored = seen.tokens();
        return cipher.decrypt(seen, stored.accessToken(), stored.refreshToken())
                .flatMap(grant -> providers.get(seen.platform()).checkToken(grant));
    }

    private Mono<Installation> refresh(Installation seen) {
        return refresher.refresh(seen, TokenRefreshed.Cause.FORCED);
    }

    private Mono<Installation> updateContent(Installation before, Installation now) {
        boolean permissionsChanged = !before.permissions().equals(now.permissions());
        return providers
                .get(now.platform())
                .readInstallation(now.grantWithoutTokens())
                .flatMap(info ->
                        write(new Content(now, info), permissionsChanged, replaced -> updateContent(before, replaced)))
                .flatMap(after -> evictDerived(now, after))
                .defaultIfEmpty(now);
    }

    /** Nothing that is stored may have changed, such as which repositories are selected, on which other tokens depend. */
    private Mono<Installation> evictDerived(Installation before, Installation after) {
        return after.sequence() == before.sequence() ? changes.evictGrant(after).thenReturn(after) : Mono.just(after);
    }

    private Mono<Installation> updateContent(Installation seen) {
        return readContent(seen)
                .flatMap(content -> write(content, false, this::updateContent))
                .onErrorResume(GrantCheck::isEnd, ended -> end(seen, (ReconnectRequired) ended))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }

    /**
     * The installation after its content was written, which is unchanged where nothing differs.
     *
     * @param again what to do where another change came first, so that nothing was written
     */
    private Mono<Installation> write(
            Content content, boolean permissionsChanged, Function<Installation, Mono<Installation>> again) {
        Installation now = content.installation();
        return installations
                .update(now, content.info(), permissionsChanged)
                .switchIfEmpty(Mono.defer(() -> installations
                        .find(now.id())
                        .flatMap(after -> isReplaced(after, now) ? again.apply(after) : Mono.just(after))));
    }

    private static boolean isReplaced(Installation after, Installation read) {
        return after.isActive()
                && (after.tokens().version() != read.tokens().version() || after.sequence() != read.sequence());
    }

    private Mono<Content> read(Installation seen) {
        StoredTokens stored = seen.tokens();
        return cipher.decrypt(seen, stored.accessToken(), null)
                .flatMap(grant -> providers.get(seen.platform()).readInstallation(grant))
                .map(info -> new Content(seen, info));
    }

    /** Otherwise only the access token is rejected. */
    private static boolean isEnd(Throwable failure) {
        return failure instanceof ReconnectRequired ended && ended.ending() != Ending.REFRESH_REFUSED;
    }

    /** A minted token shows whether the grant works. Other grants are refreshed where a check of their token proves nothing. */
    private boolean isDecidedByRefresh(Installation seen) {
        StoredTokens tokens = seen.tokens();
        boolean expired = tokens.expiresAt() != null
                && tokens.expiresAt().isBefore(clock.instant().plus(CLOCK_DIFFERENCE));
        boolean doubtful = expired || tokens.invalid() || seen.unknownOutcomes() > 0;
        return isLive(seen) && (isMinted(seen) || (doubtful && tokens.refreshToken() != null));
    }

    private static boolean isLive(Installation seen) {
        return seen.status() == InstallationStatus.ACTIVE || seen.status() == InstallationStatus.SUSPENDED;
    }

    /** Without a refresh token a token that expires is minted from the installation itself. */
    private static boolean isMinted(Installation seen) {
        return seen.tokens().refreshToken() == null && seen.tokens().expiresAt() != null;
    }

    private Mono<Installation> checkToken(Installation seen, Ending ending) {
        if (seen.tokens().accessToken() == null) {
            return Mono.just(seen);
        }
        return ask(seen).flatMap(check -> switch (check) {
            case ACCEPTED -> resume(seen);
            case REJECTED -> end(seen, ending);
            case SUSPENDED -> end(seen, Ending.SUSPENDED);
            case UNDECIDED -> decide(seen, ending);
        });
    }

    private Mono<Installation> resume(Installation seen) {
        return seen.status() == InstallationStatus.SUSPENDED
                ? installations.resume(seen).switchIfEmpty(Mono.defer(() -> installations.find(seen.id())))
                : Mono.just(seen);
    }

    /** A grant that needs a reconnect cannot be refreshed. If the app is reported as removed too, nothing contradicts it. */
    private Mono<Installation> decide(Installation seen, Ending ending) {
        if (isLive(seen)) {
            return seen.tokens().refreshToken() == null ? Mono.just(seen) : refresher.confirm(seen, ending);
        }
        return ending == Ending.UNINSTALLED ? end(seen, ending) : Mono.just(seen);
    }

    private Mono<Installation> end(Installation seen, Ending ending) {
        return endings.record(seen, ending, EndingSource.CHECK, "token_check");
    }

    /**
     * What the provider shows of a grant.
     *
     * @param installation whose tokens it was asked with
     */
    public record Content(Installation installation, InstallationInfo info) {}
}
