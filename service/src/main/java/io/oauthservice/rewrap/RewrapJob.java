package io.oauthservice.rewrap;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.rewrap.RewrapProgress.Batch;
import io.oauthservice.rewrap.RewrapProgress.State;
import io.oauthservice.rewrap.StoredCiphertexts.Replacement;
import io.oauthservice.rewrap.StoredCiphertexts.Stored;
import io.oauthservice.vault.EncryptedColumn;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.VaultKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Moves every stored ciphertext to the key that encrypts now: column by column, row by row in the order of their ids,
 * batch by batch. Versions, time stamps and events are untouched. What somebody else writes meanwhile is left to the
 * next pass, and there are passes until nothing was.
 */
@Component
@EnableConfigurationProperties(RewrapProperties.class)
public class RewrapJob implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RewrapJob.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final String METER = "oauth.rewrap.ciphertexts";

    private final RewrapProgress progress;
    private final StoredCiphertexts stored;
    private final VaultKeys keys;
    private final List<EncryptedColumn> columns;
    private final RewrapProperties properties;
    private final MeterRegistry meters;
    private final String owner = UUID.randomUUID().toString();
    private final Sinks.Many<Boolean> wakes = Sinks.many().multicast().directBestEffort();
    private Disposable loop = Disposables.disposed();

    RewrapJob(
            RewrapProgress progress,
            StoredCiphertexts stored,
            VaultKeys keys,
            List<EncryptedColumn> columns,
            RewrapProperties properties,
            MeterRegistry meters) {
        this.progress = progress;
        this.stored = stored;
        this.keys = keys;
        this.columns = columns.stream()
                .sorted(Comparator.comparing(EncryptedColumn::toString))
                .toList();
        this.properties = properties;
        this.meters = meters;
    }

    /** Begins at the beginning; some replica does it in the background. */
    public Mono<RewrapStatus> begin(String by) {
        return progress.start(by, keys.target())
                .doOnSuccess(started -> {
                    log.info("A re-wrap was asked for: by={} to={}", by, keys.target());
                    wakes.tryEmitNext(true);
                })
                .then(answer());
    }

    /** How it stands, and how many ciphertexts of each key the present or last run has left. */
    public Mono<RewrapStatus> answer() {
        Mono<Optional<String>> current =
                keys.current().map(Optional::of).onErrorResume(unreachable -> Mono.just(Optional.empty()));
        return Mono.zip(progress.state(), current).map(found -> RewrapStatus.of(found.getT1(), found.getT2()));
    }

    @Override
    public void start() {
        loop = Flux.merge(Flux.interval(properties.lookEvery()), wakes.asFlux())
                .onBackpressureLatest()
                .concatMap(tick -> round(), 1)
                .subscribe();
    }

    private Mono<Void> round() {
        return Mono.defer(this::step)
                .defaultIfEmpty(false)
                .repeat()
                .takeWhile(more -> more)
                .then()
                .onErrorResume(failure -> {
                    log.warn("The re-wrap waits: {}", failure.getMessage());
                    return Mono.empty();
                });
    }

    /** One batch. Whether to go on at once; empty where there is nothing to do here. */
    private Mono<Boolean> step() {
        return progress.hold(owner, keys.target(), properties.lease()).flatMap(at -> {
            EncryptedColumn column = columnAt(at);
            return stored.page(column, at.row(), properties.batch())
                    .flatMap(page -> page.isEmpty() ? nextColumn(at, column) : batch(at, column, page));
        });
    }

    private EncryptedColumn columnAt(State at) {
        return columns.stream()
                .filter(column -> column.toString().equals(at.column()))
                .findFirst()
                .orElseGet(columns::getFirst);
    }

    private Mono<Boolean> batch(State at, EncryptedColumn column, List<Stored> page) {
        return moved(column, page)
                .doOnNext(this::measure)
                .flatMap(batch -> progress.advance(
                        owner, at, column.toString(), page.getLast().id(), batch))
                .thenReturn(true);
    }

    private Mono<Batch> moved(EncryptedColumn column, List<Stored> page) {
        return keys.current().flatMap(current -> {
            List<Stored> old = page.stream()
                    .filter(one -> !keys.of(one.text()).equals(current))
                    .toList();
            return old.isEmpty()
                    ? Mono.just(new Batch(0, 0, 0, count(page, List.of()), Set.of()))
                    : rewrap(column, page, old);
        });
    }

    /** How many ciphertexts of each key the page has after the replacements. */
    private Map<String, Long> count(List<Stored> page, List<Replacement> replacements) {
        Map<UUID, String> written =
                replacements.stream().collect(Collectors.toMap(Replacement::id, Replacement::write));
        return page.stream()
                .map(one -> keys.of(written.getOrDefault(one.id(), one.text())))
                .collect(Collectors.groupingBy(key -> key, TreeMap::new, Collectors.counting()));
    }

    private Mono<Batch> rewrap(EncryptedColumn column, List<Stored> page, List<Stored> old) {
        List<Ciphertext> ciphertexts = old.stream()
                .map(one -> new Ciphertext(one.text(), column.place(one.id().toString())))
                .toList();
        return keys.rewrap(ciphertexts).flatMap(fresh -> {
            List<Replacement> replacements = replacements(old, fresh);
            List<Stored> unreadable = unreadable(old, fresh);
            return stored.replace(column, replacements).map(replaced -> {
                long passedOver = replacements.size() - replaced;
                // Where some were passed over it is not known which; the next pass counts from zero.
                Map<String, Long> left = count(page, passedOver == 0 ? replacements : List.of());
                return new Batch(replaced, passedOver, unreadable.size(), left, vaultsOf(unreadable));
            });
        });
    }

    private static List<Replacement> replacements(List<Stored> old, List<Optional<String>> fresh) {
        List<Replacement> replacements = new ArrayList<>();
        for (int i = 0; i < old.size(); i++) {
            Stored one = old.get(i);
            fresh.get(i).ifPresent(text -> replacements.add(new Replacement(one.id(), one.text(), text)));
        }
        return replacements;
    }

    private static List<Stored> unreadable(List<Stored> old, List<Optional<String>> fresh) {
        return IntStream.range(0, old.size())
                .filter(i -> fresh.get(i).isEmpty())
                .mapToObj(old::get)
                .toList();
    }

    private Set<String> vaultsOf(List<Stored> ciphertexts) {
        return ciphertexts.stream().map(one -> keys.vaultOf(one.text())).collect(Collectors.toSet());
    }

    private void measure(Batch batch) {
        meters.counter(METER, "outcome", "rewrapped").increment((double) batch.rewrapped());
        meters.counter(METER, "outcome", "passed_over").increment((double) batch.passedOver());
        meters.counter(METER, "outcome", "unreadable").increment((double) batch.unreadable());
    }

    private Mono<Boolean> nextColumn(State at, EncryptedColumn column) {
        log.info("Re-wrapped so far: column={} done, ciphertexts={}", column, at.rewrapped());
        int next = columns.indexOf(column) + 1;
        if (next < columns.size()) {
            String name = columns.get(next).toString();
            return progress.advance(owner, at, name, State.beforeAll(), Batch.NOTHING)
                    .thenReturn(true);
        }
        return at.passedOver() > 0 ? progress.passAgain(owner, at).thenReturn(false) : finished(at);
    }

    private Mono<Boolean> finished(State at) {
        return keys.completeRewrap(at.unreadableVaults())
                .then(progress.finish(owner, at))
                .doOnNext(end -> log.info(
                        "Re-wrapped: ciphertexts={} unreadable={} seconds={}",
                        end.rewrapped(),
                        end.unreadable(),
                        end.length().toSeconds()))
                .thenReturn(false);
    }

    /** A batch under way is done again by whoever goes on: that costs nothing but time. */
    @Override
    public void stop() {
        loop.dispose();
        progress.letGo(owner).onErrorComplete().block(STOP_LIMIT);
    }

    @Override
    public int getPhase() {
        return 1;
    }

    @Override
    public boolean isRunning() {
        return !loop.isDisposed();
    }
}
