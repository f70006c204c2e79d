package io.oauthservice.tokencache;

import io.oauthservice.grant.Freshness;
import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers that are asked for again and again, kept ready: the default grant of an organisation, by its id. An answer
 * is evicted when its grant changes on any replica, or when another grant becomes the default of its organisation. It
 * counts as unconfirmed when it is old, or when changes may have been missed.
 */
@Component
public class TokenCache implements SmartLifecycle {

    private final Installations installations;
    private final Providers providers;
    private final Freshness freshness;
    private final TokenProperties properties;
    private final JsonMapper json;
    private final Clock clock;
    private final CachedResponses answers;
    private final RecentChanges changes = new RecentChanges();
    private volatile long missedAt = System.nanoTime();
    private Disposable listening = Disposables.disposed();

    TokenCache(
            Installations installations,
            Providers providers,
            Freshness freshness,
            TokenProperties properties,
            JsonMapper json,
            Clock clock) {
        this.installations = installations;
        this.providers = providers;
        this.freshness = freshness;
        this.properties = properties;
        this.json = json;
        this.clock = clock;
        this.answers = new CachedResponses(properties.cacheSize());
    }

    /** The answer where it may be given as it is. */
    @Nullable
    public CachedResponse find(Lookup key) {
        CachedResponse answer = answers.find(key);
        if (answer == null) {
            return null;
        }
        answer.markAskedFor();
        return isConfirmed(answer) && !isDue(answer) ? answer : null;
    }

    /** Answers that will soon count as unconfirmed, or do already, and were asked for since they were last found here. */
    List<CachedResponse> ageing() {
        long young = properties.confirmEvery().toNanos() / 2;
        return answers.all().stream()
                .filter(answer -> !isConfirmed(answer) || System.nanoTime() - answer.confirmedAt() > young)
                .filter(CachedResponse::wasAskedFor)
                .toList();
    }

    public boolean isDue(CachedResponse answer) {
        return answer.isDue(clock.instant());
    }

    private boolean isConfirmed(CachedResponse answer) {
        long age = System.nanoTime() - answer.confirmedAt();
        return age < properties.confirmEvery().toNanos() && answer.confirmedAt() - missedAt > 0;
    }

    /** The answer for the time in which the database cannot be asked: still good, and confirmed not too long ago. */
    public Optional<CachedResponse> findStale(Lookup key) {
        return Optional.ofNullable(answers.find(key))
                .filter(answer -> System.nanoTime() - answer.confirmedAt()
                        < properties.maxStale().toNanos())
                .filter(answer -> freshness.isGood(answer.installation(), null));
    }

    /** To be taken before the database is read. */
    public Reading begin() {
        return new Reading(changes.last(), System.nanoTime());
    }

    /** Whether a response of the earlier reading may be older than a change that was known when the later one began. */
    public boolean isOutdated(Lookup key, LiveToken live, Reading earlier, Reading later) {
        return changes.concern(key, live.installation().id(), earlier.changes(), later.changes());
    }

    private boolean isOutdated(Lookup key, LiveToken live, Reading reading) {
        return changes.concern(key, live.installation().id(), reading.changes(), changes.last());
    }

    /** Keeps what was read, unless a change since the reading began concerns it: it may have been read before that. */
    public void keep(Lookup key, LiveToken live, Reading reading) {
        if (properties.cacheSize() == 0
                || !live.organisation().id().equals(key.orgId())
                || isOutdated(key, live, reading)) {
            return;
        }
        var installation = live.installation();
        var rules = providers.get(installation.platform()).refreshRules(installation.grant(null, null));
        if (!rules.survives(installation.unknownOutcomes())) {
            return;
        }
        byte[] body = json.writeValueAsBytes(TokenResponse.of(live));
        CachedResponse answer =
                new CachedResponse(live, body, freshness.dueAt(installation, rules), reading.startedAt());
        answers.put(key, answer);
        if (isOutdated(key, live, reading)) {
            answers.remove(key, answer);
        }
    }

    /** Recorded before it evicts: what is cached meanwhile is checked against the record afterwards. */
    private void onChange(InstallationChange change) {
        changes.add(change);
        switch (change) {
            case Changed changed -> evict(changed);
            case Missed missed -> missedAt = System.nanoTime();
        }
    }

    private void evict(Changed changed) {
        answers.removeAllOf(changed.id());
        changed.defaultOf().forEach(org -> answers.remove(new Lookup(changed.platform(), org)));
    }

    @Override
    public void start() {
        listening = installations.onChange(this::onChange);
    }

    @Override
    public void stop() {
        listening.dispose();
    }

    @Override
    public boolean isRunning() {
        return !listening.isDisposed();
    }

    /**
     * When a reading of the database began.
     *
     * @param changes the number of the latest change that this replica had been notified of
     * @param startedAt by {@link System#nanoTime()}
     */
    public record Reading(long changes, long startedAt) {}
}
