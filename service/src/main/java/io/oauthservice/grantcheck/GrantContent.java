package io.oauthservice.grantcheck;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.ContentUpdates;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.AccessTokenRejected;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.Providers;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.refresh.Refresher;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Asks the provider what a grant covers now: organisations, names, permissions. Fails where the provider gives no
 * answer; then the grant stays as it is.
 */
@Component
public class GrantContent {

    private final Installations installations;
    private final ContentUpdates contentUpdates;
    private final Providers providers;
    private final GrantCipher cipher;
    private final GrantCheck check;
    private final Refresher refresher;
    private final ChangeNotifications notifications;

    GrantContent(
            Installations installations,
            ContentUpdates contentUpdates,
            Providers providers,
            GrantCipher cipher,
            GrantCheck check,
            Refresher refresher,
            ChangeNotifications notifications) {
        this.installations = installations;
        this.contentUpdates = contentUpdates;
        this.providers = providers;
        this.cipher = cipher;
        this.check = check;
        this.refresher = refresher;
        this.notifications = notifications;
    }

    /**
     * Brings a grant in line with the provider's present answer and returns the installation. Gets a new token where
     * issuing one invalidates no other. A suspended installation becomes active if its suspension is over; one whose
     * grant has ended or is suspended at the provider is ended or suspended here.
     */
    public Mono<Installation> update(Installation seen) {
        if (GrantCheck.isIssuedWithoutRefreshToken(seen)) {
            return refresh(seen).flatMap(now -> now.isActive() ? updateIssued(seen, now) : Mono.just(now));
        }
        return switch (seen.status()) {
            case ACTIVE -> updateActive(seen);
            case SUSPENDED -> check.check(seen, Ending.TOKENS_REVOKED);
            case PENDING_APPROVAL, UNCLAIMED, NEEDS_RECONNECT, REVOKED -> Mono.just(seen);
        };
    }

    /**
     * What the provider shows of an active grant now. If the access token is expired or rejected, the grant is
     * refreshed first. Empty where that has ended the grant, and where the provider cannot be asked about it. Changes
     * nothing else; fails as {@link io.oauthservice.provider.InstallationReader} does.
     */
    public Mono<Shown> read(Installation seen) {
        boolean refreshed = check.isDecidedByRefresh(seen);
        return (refreshed ? refresh(seen) : Mono.just(seen))
                .filter(Installation::isActive)
                .flatMap(now -> refreshed || now.tokens().refreshToken() == null ? show(now) : showOrRefresh(now));
    }

    private Mono<Shown> showOrRefresh(Installation seen) {
        return show(seen)
                .onErrorResume(
                        AccessTokenRejected.class,
                        rejected -> refresh(seen).filter(Installation::isActive).flatMap(this::show));
    }

    private Mono<Shown> show(Installation seen) {
        StoredTokens stored = seen.tokens();
        return cipher.decrypt(seen, stored.accessToken(), null)
                .flatMap(grant -> providers.get(seen.platform()).readInstallation(grant))
                .map(info -> new Shown(seen, info));
    }

    private Mono<Installation> refresh(Installation seen) {
        return refresher.refresh(seen, TokenRefreshed.Cause.FORCED);
    }

    private Mono<Installation> updateIssued(Installation before, Installation now) {
        boolean permissionsChanged = !before.permissions().equals(now.permissions());
        return providers
                .get(now.platform())
                .readInstallation(now.grantWithoutTokens())
                .flatMap(info ->
                        write(new Shown(now, info), permissionsChanged, replaced -> updateIssued(before, replaced)))
                .flatMap(after -> evictDerived(now, after))
                .defaultIfEmpty(now);
    }

    /** The change may concern what is not stored, such as the selected repositories. Other tokens depend on it. */
    private Mono<Installation> evictDerived(Installation before, Installation after) {
        return after.sequence() == before.sequence()
                ? notifications.evictGrant(after).thenReturn(after)
                : Mono.just(after);
    }

    private Mono<Installation> updateActive(Installation seen) {
        return read(seen)
                .flatMap(shown -> write(shown, false, this::updateActive))
                .onErrorResume(GrantEnded.class, ended -> refresher.reviewEnd(seen, ended))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }

    /**
     * The installation after its content was written, which is unchanged where nothing differs.
     *
     * @param again what to do where another change came first, so that nothing was written
     */
    private Mono<Installation> write(
            Shown shown, boolean permissionsChanged, Function<Installation, Mono<Installation>> again) {
        Installation now = shown.installation();
        return contentUpdates
                .update(now, shown.info(), permissionsChanged)
                .switchIfEmpty(Mono.defer(() -> installations
                        .find(now.id())
                        .flatMap(after -> isReplaced(after, now) ? again.apply(after) : Mono.just(after))));
    }

    private static boolean isReplaced(Installation after, Installation read) {
        return after.isActive()
                && (after.tokens().version() != read.tokens().version() || after.sequence() != read.sequence());
    }

    /** Whether an update failed because the provider gave no answer. */
    public static boolean isUnanswered(Throwable failure) {
        return failure instanceof ProviderException || failure instanceof RefreshException;
    }

    /**
     * What the provider shows of a grant.
     *
     * @param installation whose tokens it was asked with
     */
    public record Shown(Installation installation, InstallationInfo info) {}
}
