package io.oauthservice.webhook;

import static io.oauthservice.installation.InstallationStatus.ACTIVE;
import static io.oauthservice.installation.InstallationStatus.NEEDS_RECONNECT;
import static io.oauthservice.installation.InstallationStatus.REVOKED;
import static io.oauthservice.installation.InstallationStatus.SUSPENDED;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.audit.Origin;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.BackgroundLoops;
import io.oauthservice.core.Platform;
import io.oauthservice.database.ListenerEvent;
import io.oauthservice.database.Notifications;
import io.oauthservice.grantcheck.GrantCheck;
import io.oauthservice.grantcheck.GrantContent;
import io.oauthservice.installation.AffectedGrants;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.StatusChanges;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.Webhook.Report;
import io.oauthservice.provider.WebhookSource;
import io.oauthservice.reconcile.ProviderInstallations;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.webhook.WebhookInbox.Stored;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Processes stored deliveries: asks the platform about each grant that may have changed. Every replica works; a
 * delivery is given to one of them. Each platform has a loop of its own, so that a slow one delays no other. Two
 * replicas may check one grant at the same time: each change is a compare-and-set.
 */
@Component
class WebhookWorker {

    private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);
    private static final int BATCH_SIZE = 20;
    private static final int CONCURRENT_GROUPS = 4;

    /** A platform's response may be older than its event. */
    private static final List<Duration> CONTRADICTED =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(1));

    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);
    private static final Duration HOLD_AFTER = Duration.ofMinutes(1);

    private final WebhookInbox inbox;
    private final AffectedGrants affected;
    private final StatusChanges statusChanges;
    private final GrantCheck grantCheck;
    private final GrantContent content;
    private final ProviderInstallations atProvider;
    private final Providers providers;
    private final MeterRegistry meters;

    WebhookWorker(
            WebhookInbox inbox,
            AffectedGrants affected,
            StatusChanges statusChanges,
            GrantCheck grantCheck,
            GrantContent content,
            ProviderInstallations atProvider,
            Providers providers,
            MeterRegistry meters) {
        this.inbox = inbox;
        this.affected = affected;
        this.statusChanges = statusChanges;
        this.grantCheck = grantCheck;
        this.content = content;
        this.atProvider = atProvider;
        this.providers = providers;
        this.meters = meters;
    }

    /** Stop before the refresher, which then waits for refreshes in progress. */
    @Bean
    BackgroundLoops webhookLoops(List<WebhookSource> sources, Notifications notifications) {
        Flux<ListenerEvent> wakeUps = notifications.on(WebhookInbox.CHANNEL).share();
        return new BackgroundLoops(sources.stream()
                .filter(WebhookSource::isEnabled)
                .map(WebhookSource::platform)
                .map(platform -> new BackgroundLoop(
                                WebhookWorker.class,
                                POLL_INTERVAL,
                                "Failed to process webhooks: platform=" + platform,
                                () -> processDue(platform))
                        .wokenBy(wakeUps))
                .toList());
    }

    /** Returns whether there may be more. */
    private Mono<Boolean> processDue(Platform platform) {
        return inbox.takeDue(platform, BATCH_SIZE)
                .collectList()
                .delayUntil(due -> Flux.fromIterable(groupEqual(due)).flatMap(this::process, CONCURRENT_GROUPS))
                .map(due -> due.size() == BATCH_SIZE)
                .contextWrite(Origin.context(Origin.WEBHOOK));
    }

    /** Deliveries with the same report about the same subject: one response decides all. */
    private static Collection<List<Stored>> groupEqual(List<Stored> due) {
        return due.stream()
                .collect(Collectors.groupingBy(delivery -> delivery.report() + " " + delivery.subject()))
                .values();
    }

    private Mono<Void> process(List<Stored> deliveries) {
        Stored delivery = deliveries.getFirst();
        return check(delivery)
                .<Function<Stored, Mono<Void>>>map(confirmed -> confirmed ? this::confirm : this::contradict)
                .onErrorResume(failure -> Mono.just(unanswered -> retry(unanswered, failure)))
                .flatMapMany(outcome -> Flux.fromIterable(deliveries).concatMap(outcome))
                .then();
    }

    /** Whether everything that the event names is now as it claims. */
    private Mono<Boolean> check(Stored delivery) {
        GuardedProvider provider = providers.get(delivery.platform());
        return affected.find(delivery.platform(), delivery.grants(), statuses(delivery.report()))
                .filter(installation -> provider.isOwn(installation.registration()))
                .concatMapDelayError(installation -> check(installation, delivery.report())
                        .onErrorResume(
                                failure -> hold(delivery, installation, failure).then(Mono.error(failure))))
                .reduce(Boolean::logicalAnd)
                .switchIfEmpty(Mono.defer(() -> provider.hasDirectory() ? align(delivery) : Mono.just(true)));
    }

    /** There is no usable grant of the installations that the event names. */
    private Mono<Boolean> align(Stored delivery) {
        boolean uninstalled = delivery.report() == Report.UNINSTALLED;
        return Flux.fromIterable(delivery.grants().installations())
                .concatMap(id -> atProvider.align(delivery.platform(), id, delivery.requesterId()))
                .all(exists -> exists != uninstalled);
    }

    /** Only an uninstall changes a grant that needs a reconnect already. */
    private static Set<InstallationStatus> statuses(Report report) {
        return report == Report.UNINSTALLED
                ? EnumSet.of(ACTIVE, SUSPENDED, NEEDS_RECONNECT)
                : EnumSet.of(ACTIVE, SUSPENDED);
    }

    /** Whether the grant is now as the event claims. */
    private Mono<Boolean> check(Installation seen, Report report) {
        return switch (report) {
            case UNINSTALLED -> grantCheck.check(seen, Ending.UNINSTALLED).map(now -> now.status() == REVOKED);
            case TOKENS_REVOKED -> grantCheck.check(seen, Ending.TOKENS_REVOKED).map(now -> !now.isActive());
            case SUSPENDED -> content.update(seen).map(now -> !now.isActive());
            // An answer that shows no difference may be older than the event.
            case CHANGED -> content.update(seen).map(now -> now.isActive() && now.sequence() > seen.sequence());
            // A flow has connected it already.
            case INSTALLED -> Mono.just(true);
        };
    }

    private Mono<Void> confirm(Stored delivery) {
        return finish(delivery, "confirmed");
    }

    private Mono<Void> contradict(Stored delivery) {
        return delivery.contradictions() < CONTRADICTED.size()
                ? inbox.postpone(delivery, CONTRADICTED.get(delivery.contradictions()), "contradicted")
                : finish(delivery, "contradicted");
    }

    private Mono<Void> retry(Stored delivery, Throwable failure) {
        if (delivery.age().compareTo(WebhookInbox.GIVE_UP_AFTER) > 0) {
            return finish(delivery, "given_up");
        }
        log.warn(
                "Webhook not confirmed, will retry: platform={} delivery={} error={}",
                delivery.platform(),
                delivery.deliveryId(),
                failure.toString());
        return inbox.postpone(delivery, backOff(delivery.attempts()), "unanswered");
    }

    /** Holds a grant back whose reported end was not confirmed within a minute. */
    private Mono<Void> hold(Stored delivery, Installation seen, Throwable failure) {
        if (!isEnd(delivery.report()) || delivery.age().compareTo(HOLD_AFTER) < 0 || !isOutage(failure)) {
            return Mono.empty();
        }
        return statusChanges
                .hold(seen)
                .doOnNext(held -> log.warn(
                        "Installation held back, its end is reported and not confirmed: platform={} installation={}",
                        held.platform(),
                        held.id()))
                .then();
    }

    private static boolean isEnd(Report report) {
        return switch (report) {
            case UNINSTALLED, SUSPENDED, TOKENS_REVOKED -> true;
            case INSTALLED, CHANGED -> false;
        };
    }

    private static boolean isOutage(Throwable failure) {
        return switch (failure) {
            case RefreshException failed -> failed.isOutage();
            case ProviderException failed -> failed.isOutage();
            default -> false;
        };
    }

    private static Duration backOff(int attempts) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(attempts, 10));
        return doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    }

    private Mono<Void> finish(Stored delivery, String outcome) {
        Counter.builder("oauth.webhooks.processed")
                .description("Processed webhooks, by outcome")
                .tag("platform", delivery.platform().id())
                .tag("outcome", outcome)
                .register(meters)
                .increment();
        return inbox.finish(delivery, outcome);
    }
}
