package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.grant.Freshness;
import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers that are asked for again and again, kept ready: the default grant of an organisation, by its id. An answer
 * goes when any grant of its organisation changes on any replica, and counts as unconfirmed when it is old, or when
 * changes may have gone by unheard.
 */
@Component
class HotTokens implements SmartLifecycle {

    private final Installations installations;
    private final Providers providers;
    private final Freshness freshness;
    private final TokenProperties properties;
    private final JsonMapper json;
    private final Clock clock;
    private final Cache<Lookup, HotToken> answers;
    private final AtomicLong changes = new AtomicLong();
    private volatile long missedAt = System.nanoTime();
    private Disposable listening = Disposables.disposed();

    HotTokens(
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
        // Its housekeeping is short, and another thread is not worth waking for it.
        this.answers = Caffeine.newBuilder()
                .maximumSize(properties.cacheSize())
                .executor(Runnable::run)
                .build();
    }

    /** The answer where it may be given as it is. */
    @Nullable
    HotToken find(Lookup key) {
        HotToken answer = answers.getIfPresent(key);
        if (answer == null) {
            return null;
        }
        answer.markAskedFor();
        return isConfirmed(answer) && !isDue(answer) ? answer : null;
    }

    /** Answers that will soon count as unconfirmed, or do already, and were asked for since they were last found here. */
    List<HotToken> ageing() {
        long young = properties.confirmEvery().toNanos() / 2;
        return answers.asMap().values().stream()
                .filter(answer -> !isConfirmed(answer) || System.nanoTime() - answer.confirmedAt() > young)
                .filter(HotToken::wasAskedFor)
                .toList();
    }

    boolean isDue(HotToken answer) {
        return answer.isDue(clock.instant());
    }

    private boolean isConfirmed(HotToken answer) {
        long age = System.nanoTime() - answer.confirmedAt();
        return age < properties.confirmEvery().toNanos() && answer.confirmedAt() - missedAt > 0;
    }

    /** The answer for the time in which the database cannot be asked: still good, and confirmed not too long ago. */
    Optional<HotToken> findStale(Lookup key) {
        return Optional.ofNullable(answers.getIfPresent(key))
                .filter(answer -> System.nanoTime() - answer.confirmedAt()
                        < properties.maxStale().toNanos())
                .filter(answer -> freshness.isGood(answer.installation(), null));
    }

    /** To be taken before the database is read. */
    Reading begin() {
        return new Reading(changes.get(), System.nanoTime());
    }

    /** Keeps what was read, unless anything has changed since the reading began: it may be what was read too early. */
    void keep(Lookup key, LiveToken live, Reading reading) {
        if (properties.cacheSize() == 0
                || !live.organisation().id().equals(key.orgId())
                || changes.get() != reading.changes()) {
            return;
        }
        var installation = live.installation();
        var rules = providers.get(installation.platform()).refreshRules(installation.grant(null, null));
        if (!rules.survives(installation.unknownOutcomes())) {
            return;
        }
        byte[] body = json.writeValueAsBytes(TokenAnswer.of(live));
        HotToken answer = new HotToken(live, body, freshness.dueAt(installation, rules), reading.startedAt());
        answers.put(key, answer);
        if (changes.get() != reading.changes()) {
            answers.asMap().remove(key, answer);
        }
    }

    private void heard(InstallationChange change) {
        changes.incrementAndGet();
        switch (change) {
            case Changed changed -> evict(changed);
            case Missed missed -> missedAt = System.nanoTime();
        }
    }

    private void evict(Changed changed) {
        Map<Lookup, HotToken> all = answers.asMap();
        if (changed.organisations().isEmpty()) {
            all.keySet().removeIf(key -> key.platform().equals(changed.platform()));
            return;
        }
        changed.organisations().forEach(org -> all.remove(new Lookup(changed.platform(), org)));
        // It may have reached others before.
        all.values().removeIf(answer -> answer.installation().id().equals(changed.id()));
    }

    @Override
    public void start() {
        listening = installations.onChange(this::heard);
    }

    @Override
    public void stop() {
        listening.dispose();
    }

    @Override
    public boolean isRunning() {
        return !listening.isDisposed();
    }

    /** The moment at which a reading of the database began. */
    record Reading(long changes, long startedAt) {}
}
