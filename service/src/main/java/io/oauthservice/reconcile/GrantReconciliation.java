package io.oauthservice.reconcile;

import io.oauthservice.grantcheck.GrantContent;
import io.oauthservice.grantcheck.GrantContent.Shown;
import io.oauthservice.installation.ContentUpdates;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.Providers;
import io.oauthservice.reconcile.DueGrants.Due;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.refresh.Refresher;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Compares a grant with its platform's data without a webhook: Atlassian sends none, and Slack's can be lost. A
 * difference counts when a second response confirms it.
 */
@Component
class GrantReconciliation {

    private static final Logger log = LoggerFactory.getLogger(GrantReconciliation.class);

    /** How often a grant is checked again within its interval if the platform does not respond. */
    private static final int ATTEMPTS = 24;

    private static final Duration SOON = Duration.ofMinutes(1);

    private final DueGrants grants;
    private final Installations installations;
    private final ContentUpdates contentUpdates;
    private final GrantContent content;
    private final Refresher refresher;
    private final Providers providers;
    private final GrantReconciliationProperties properties;
    private final UnreportedChanges changes;

    GrantReconciliation(
            DueGrants grants,
            Installations installations,
            ContentUpdates contentUpdates,
            GrantContent content,
            Refresher refresher,
            Providers providers,
            GrantReconciliationProperties properties,
            UnreportedChanges changes) {
        this.grants = grants;
        this.installations = installations;
        this.contentUpdates = contentUpdates;
        this.content = content;
        this.refresher = refresher;
        this.providers = providers;
        this.properties = properties;
        this.changes = changes;
    }

    /** Fails with {@link RateLimited} where the platform allows no further calls now. */
    Mono<Void> reconcile(Due due) {
        return installations
                .find(due.id())
                .filter(Installation::isActive)
                .flatMap(seen -> isOwn(seen) ? compare(due, seen) : grants.settle(due, interval(seen)));
    }

    private boolean isOwn(Installation seen) {
        return provider(seen).isOwn(seen.registration());
    }

    private GuardedProvider provider(Installation installation) {
        return providers.get(installation.platform());
    }

    private Mono<Void> compare(Due due, Installation seen) {
        return content.read(seen)
                .<Supplier<Mono<Void>>>map(shown -> () -> compareContent(due, shown))
                .onErrorResume(GrantEnded.class, ended -> Mono.just(() -> compareEnd(due, seen, ended)))
                .onErrorResume(failure -> Mono.just(() -> retry(due, seen, failure)))
                .defaultIfEmpty(() -> settleUnlessEnded(due, seen))
                .flatMap(Supplier::get)
                .onErrorResume(RefreshException.class, undecided -> retry(due, seen, undecided));
    }

    private Mono<Void> compareContent(Due due, Shown shown) {
        Installation now = shown.installation();
        return now.shows(shown.info())
                ? grants.settle(due, interval(now))
                : confirm(due, now, Finding.ORGANISATIONS, update(shown));
    }

    private Mono<Void> compareEnd(Due due, Installation seen, GrantEnded ended) {
        return switch (ended.ending()) {
            case NO_SITES -> confirmEnd(due, seen, Finding.NO_SITES, ended);
            case TOKENS_REVOKED -> confirmEnd(due, seen, Finding.ENDED, ended);
            case REFRESH_REFUSED, UNINSTALLED, SUSPENDED, EXPIRED -> retry(due, seen, ended);
        };
    }

    /** A concurrent refresh may have shown that the grant is valid: its new token is checked soon. */
    private Mono<Void> confirmEnd(Due due, Installation seen, Finding finding, GrantEnded ended) {
        return installations
                .find(due.id())
                .filter(Installation::isActive)
                .flatMap(now -> now.tokens().version() == seen.tokens().version()
                        ? confirm(due, now, finding, end(now, ended))
                        : grants.postpone(due, SOON));
    }

    /** @param change makes the change; empty where it cannot be made now, because the grant has changed meanwhile */
    private Mono<Void> confirm(Due due, Installation now, Finding finding, Mono<Installation> change) {
        if (!due.hasFound(finding, now.statusSince())) {
            return grants.remember(due, finding, now.tokens().fingerprint());
        }
        Duration remaining = due.untilConfirmed(finding);
        if (remaining.isPositive()) {
            return grants.postpone(due, remaining);
        }
        return finding == Finding.NO_SITES && isSameToken(due, now)
                ? grants.postpone(due, finding.confirmAfter())
                : change.map(changed -> grants.settle(due, interval(now)))
                        .defaultIfEmpty(grants.postpone(due, retryInterval(now)))
                        .flatMap(Function.identity());
    }

    /** An empty list counts only if it was returned for two different access tokens. */
    private static boolean isSameToken(Due due, Installation now) {
        return now.tokens().fingerprint() != null && now.tokens().fingerprint().equals(due.fingerprint());
    }

    private Mono<Installation> update(Shown shown) {
        return contentUpdates
                .update(shown.installation(), shown.info(), false)
                .doOnNext(changed -> report(changed, "organisations"));
    }

    private Mono<Installation> end(Installation now, GrantEnded ended) {
        return Mono.defer(() -> refresher.reviewEnd(now, ended))
                .filter(after -> !after.isActive())
                .doOnNext(after -> report(after, "ended"));
    }

    /** Nothing was read: a refresh has ended the grant and logged that, or the platform cannot show the grant. */
    private Mono<Void> settleUnlessEnded(Due due, Installation seen) {
        return installations
                .find(due.id())
                .filter(Installation::isActive)
                .flatMap(unreadable -> grants.settle(due, interval(seen)));
    }

    private void report(Installation changed, String change) {
        log.info(
                "Change found by reconciliation: platform={} installation={} change={} status={}",
                changed.platform(),
                changed.id(),
                change,
                changed.status().code());
        changes.count(changed.platform(), change);
    }

    private Mono<Void> retry(Due due, Installation seen, Throwable failure) {
        if (failure instanceof RateLimited limited) {
            return grants.postpone(due, limited.after())
                    .then(limited.isPlatformWide() ? Mono.error(limited) : Mono.empty());
        }
        log.warn(
                "Grant not reconciled, will retry: platform={} installation={} error={}",
                seen.platform(),
                seen.id(),
                failure instanceof ProviderException known ? known.code() : failure.toString());
        return grants.postpone(due, retryInterval(seen));
    }

    private Duration retryInterval(Installation installation) {
        return interval(installation).dividedBy(ATTEMPTS);
    }

    private Duration interval(Installation installation) {
        return installation.tokens().expiresAt() == null ? properties.lastingGrants() : properties.grants();
    }
}
