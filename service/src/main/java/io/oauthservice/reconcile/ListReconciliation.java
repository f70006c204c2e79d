package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import io.oauthservice.grantcheck.GrantContent;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.InstallationsByExternalId;
import io.oauthservice.installation.InstallationsByExternalId.Reference;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ListedInstallations;
import io.oauthservice.provider.ListedInstallations.Listed;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Retryable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares a platform's list of our App's installations with what is stored. The list only names installations that may
 * differ: each is requested by its id, and that response decides. A list that cannot be read completely leads to no
 * conclusion about what is missing in it.
 */
@Component
class ListReconciliation {

    private static final Logger log = LoggerFactory.getLogger(ListReconciliation.class);
    private static final int CONCURRENT_INSTALLATIONS = 2;

    /** A million installations: a list with more pages never ends. */
    private static final int MOST_PAGES = 10_000;

    private static final Duration ASKED_AGAIN_AFTER = Duration.ofSeconds(10);

    /** The webhook about a more recent change may not have arrived yet. */
    private static final Duration REPORTED_WITHIN = Duration.ofMinutes(2);

    private final InstallationsByExternalId byExternalId;
    private final Installations installations;
    private final ProviderInstallations atProvider;
    private final GrantContent content;
    private final UnreportedChanges changes;
    private final Clock clock;

    ListReconciliation(
            InstallationsByExternalId byExternalId,
            Installations installations,
            ProviderInstallations atProvider,
            GrantContent content,
            UnreportedChanges changes,
            Clock clock) {
        this.byExternalId = byExternalId;
        this.installations = installations;
        this.atProvider = atProvider;
        this.content = content;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Reads the list in one pass. Fails with {@link Incomplete} where it cannot be read completely.
     *
     * @param started the time of the database before the first page is read: what is stored later may be missing in it
     * @param renewal keeps the read to this replica, after each page; its failure ends the read
     */
    Mono<Cost> reconcile(GuardedProvider provider, Instant started, Mono<Void> renewal) {
        return Mono.defer(
                () -> reconcile(provider, started, renewal, new HashSet<>(), new AtomicReference<>(new Cost(0, null))));
    }

    private Mono<Cost> reconcile(
            GuardedProvider provider,
            Instant started,
            Mono<Void> renewal,
            Set<String> listed,
            AtomicReference<Cost> cost) {
        return provider.listInstallations(null)
                .expand(page -> page.next() == null ? Mono.empty() : provider.listInstallations(page.next()))
                .doOnNext(page -> cost.updateAndGet(before -> before.plus(page)))
                .delayUntil(page -> cost.get().pages() > MOST_PAGES ? Mono.error(endless()) : Mono.empty())
                .concatMap(page -> compare(provider, page, listed).then(renewal))
                .then(Mono.defer(() -> endMissing(provider, started, listed)))
                .then(Mono.fromSupplier(cost::get))
                .onErrorMap(ProviderException.class, failure -> new Incomplete(cost.get(), failure));
    }

    private static Retryable endless() {
        return Retryable.outcomeUnknown("endless_list", "The list of installations has too many pages");
    }

    private Mono<Void> compare(GuardedProvider provider, ListedInstallations page, Set<String> listed) {
        Map<String, Listed> byId = page.installations().stream()
                .collect(Collectors.toMap(ListReconciliation::idOf, Function.identity(), (first, again) -> again));
        listed.addAll(byId.keySet());
        return byExternalId
                .find(provider.platform(), byId.keySet())
                .collectMap(stored -> Objects.requireNonNull(stored.externalInstallId()))
                .flatMapMany(stored -> Flux.fromIterable(byId.entrySet())
                        .flatMap(
                                each -> compare(provider, each.getValue(), stored.get(each.getKey()))
                                        .onErrorResume(
                                                GrantContent::isUnanswered,
                                                failure -> skip(provider.platform(), each.getKey(), failure)),
                                CONCURRENT_INSTALLATIONS))
                .then();
    }

    private static String idOf(Listed listed) {
        return Objects.requireNonNull(listed.info().externalInstallId());
    }

    private Mono<Void> compare(GuardedProvider provider, Listed listed, @Nullable Installation stored) {
        if (stored == null) {
            return atProvider
                    .align(provider.platform(), idOf(listed), null)
                    .thenMany(byExternalId.find(provider.platform(), Set.of(idOf(listed))))
                    .doOnNext(found -> count(provider.platform(), listed, "found"))
                    .then();
        }
        if (!provider.isOwn(stored.registration())) {
            return Mono.empty();
        }
        return switch (stored.status()) {
            case ACTIVE, SUSPENDED -> differs(stored, listed) ? update(stored, listed) : Mono.empty();
            case REVOKED ->
                atProvider.align(provider.platform(), idOf(listed), null).then();
            case UNCLAIMED ->
                isShown(stored, listed)
                        ? Mono.empty()
                        : atProvider
                                .align(provider.platform(), idOf(listed), null)
                                .then();
            case PENDING_APPROVAL, NEEDS_RECONNECT -> Mono.empty();
        };
    }

    private static boolean differs(Installation stored, Listed listed) {
        if (listed.info().suspended() || !stored.isActive()) {
            return listed.info().suspended() == stored.isActive();
        }
        Instant issuedAt = stored.tokens().issuedAt();
        boolean otherPermissions = !listed.permissions().equals(stored.permissions())
                && (issuedAt == null || listed.changedAt().isAfter(issuedAt));
        return otherPermissions || !isShown(stored, listed);
    }

    private static boolean isShown(Installation stored, Listed listed) {
        return Objects.equals(listed.info().main().name(), stored.externalOrgName())
                && listed.info().metadata().equals(stored.metadata());
    }

    private Mono<Void> update(Installation stored, Listed listed) {
        return content.update(stored)
                .filter(now -> now.sequence() != stored.sequence())
                .doOnNext(now -> count(
                        stored.platform(),
                        listed,
                        now.status() == stored.status()
                                ? "updated"
                                : now.status().code()))
                .then();
    }

    private void count(Platform platform, Listed listed, String change) {
        if (listed.changedAt().isBefore(clock.instant().minus(REPORTED_WITHIN))) {
            changes.count(platform, change);
        }
    }

    /**
     * The list may have shifted while it was read, and the platform may be wrong for a moment: each is asked for twice.
     */
    private Mono<Void> endMissing(GuardedProvider provider, Instant started, Set<String> listed) {
        return byExternalId
                .expectedInList(provider.platform(), provider.registration(), started)
                .filter(stored -> !listed.contains(stored.externalId()))
                .flatMap(missing -> ifGone(provider, missing, Mono.just(missing)), CONCURRENT_INSTALLATIONS)
                .collectList()
                .filter(gone -> !gone.isEmpty())
                .delayElement(ASKED_AGAIN_AFTER)
                .flatMapIterable(gone -> gone)
                .flatMap(gone -> ifGone(provider, gone, end(gone)), CONCURRENT_INSTALLATIONS)
                .then();
    }

    /** Does this if the platform says that it has no such installation. */
    private static <T> Mono<T> ifGone(GuardedProvider provider, Reference missing, Mono<T> action) {
        return provider.findInstallation(missing.externalId())
                .hasElement()
                .flatMap(exists -> exists ? Mono.<T>empty() : action)
                .onErrorResume(
                        GrantContent::isUnanswered,
                        failure -> skip(provider.platform(), missing.externalId(), failure));
    }

    private Mono<Void> end(Reference missing) {
        return installations.find(missing.id()).flatMap(stored -> end(stored, missing));
    }

    /** Refreshes the grant: the rejection is checked against bursts. */
    private Mono<Void> end(Installation stored, Reference missing) {
        if (stored.status() == InstallationStatus.UNCLAIMED) {
            return atProvider
                    .align(stored.platform(), missing.externalId(), null)
                    .then();
        }
        return content.update(stored)
                .filter(now -> now.status() != stored.status())
                .doOnNext(ended -> changes.count(stored.platform(), "ended"))
                .then();
    }

    /** An installation about which its platform gives no answer now is compared again by the next read. */
    private static <T> Mono<T> skip(Platform platform, String externalId, Throwable failure) {
        log.warn("Installation not compared: platform={} id={} error={}", platform, externalId, failure.getMessage());
        return Mono.empty();
    }

    /** The list could not be read to its end. */
    static final class Incomplete extends RuntimeException {

        private final Cost cost;
        private final ProviderException failure;

        Incomplete(Cost cost, ProviderException failure) {
            super(failure.getMessage(), failure);
            this.cost = cost;
            this.failure = failure;
        }

        Cost cost() {
            return cost;
        }

        ProviderException failure() {
            return failure;
        }
    }

    /** The number of calls that reading the list has taken. */
    record Cost(int pages, @Nullable Integer callsPerHour) {

        private Cost plus(ListedInstallations page) {
            return new Cost(pages + 1, page.callsPerHour() == null ? callsPerHour : page.callsPerHour());
        }

        /**
         * How long to wait until the next read: the configured interval, or longer if reads would take more than one in
         * {@code share} of the calls that the platform allows.
         */
        Duration interval(Duration configured, int share) {
            if (callsPerHour == null) {
                return configured;
            }
            Duration within =
                    Duration.ofHours(1).multipliedBy((long) pages * share).dividedBy(callsPerHour);
            return within.compareTo(configured) > 0 ? within : configured;
        }
    }
}
