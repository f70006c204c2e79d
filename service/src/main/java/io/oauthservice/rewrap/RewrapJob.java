package io.oauthservice.rewrap;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.rewrap.RewrapProgress.Batch;
import io.oauthservice.rewrap.RewrapProgress.State;
import io.oauthservice.rewrap.StoredCiphertexts.Replacement;
import io.oauthservice.rewrap.StoredCiphertexts.Stored;
import io.oauthservice.vault.EncryptedColumn;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.Vaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Re-encrypts every stored ciphertext under the current key: column by column, in the order of the rows' ids, batch by
 * batch. Versions, time stamps and events do not change. Rows that are locked or written meanwhile are skipped, and
 * tried again in another pass, until none was skipped.
 */
@Component
public class RewrapJob {

    private static final Logger log = LoggerFactory.getLogger(RewrapJob.class);
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(5);
    private static final String METER = "oauth.rewrap.ciphertexts";

    private final RewrapProgress progress;
    private final StoredCiphertexts stored;
    private final Vaults vaults;
    private final List<EncryptedColumn> columns;
    private final int batchSize;
    private final MeterRegistry meters;
    private final BackgroundLoop loop;

    RewrapJob(
            RewrapProgress progress,
            StoredCiphertexts stored,
            Vaults vaults,
            List<EncryptedColumn> columns,
            RewrapProperties properties,
            MeterRegistry meters) {
        this.progress = progress;
        this.stored = stored;
        this.vaults = vaults;
        this.columns = columns.stream()
                .sorted(Comparator.comparing(EncryptedColumn::toString))
                .toList();
        this.batchSize = properties.batch();
        this.meters = meters;
        this.loop = new BackgroundLoop(RewrapJob.class, properties.lookEvery(), "Rewrap paused", this::rewrapNext)
                .afterStop(() -> progress.release().block(RELEASE_LIMIT));
    }

    @Bean
    BackgroundLoop rewrapLoop() {
        return loop;
    }

    /** Starts from the beginning, in the background of some replica. */
    public Mono<RewrapStatus> request(String by) {
        return progress.request(by, vaults.target())
                .doOnSuccess(requested -> {
                    log.info("Rewrap requested: by={} target={}", by, vaults.target());
                    loop.wake();
                })
                .then(status());
    }

    public Mono<RewrapStatus> status() {
        Mono<Optional<String>> current =
                vaults.currentKey().map(Optional::of).onErrorResume(unreachable -> Mono.just(Optional.empty()));
        return Mono.zip(progress.state(), current, RewrapStatus::of);
    }

    /** Rewraps one batch and returns whether to continue immediately; empty if this replica has nothing to do. */
    private Mono<Boolean> rewrapNext() {
        return progress.resume(vaults.target()).flatMap(at -> {
            EncryptedColumn column = columnAt(at);
            return stored.page(column, at.row(), batchSize)
                    .flatMap(page -> page.isEmpty() ? endColumn(at, column) : rewrapPage(at, column, page));
        });
    }

    private EncryptedColumn columnAt(State at) {
        return columns.stream()
                .filter(column -> column.toString().equals(at.column()))
                .findFirst()
                .orElseGet(columns::getFirst);
    }

    private Mono<Boolean> rewrapPage(State at, EncryptedColumn column, List<Stored> page) {
        UUID last = page.getLast().id();
        return vaults.currentKey()
                .flatMap(current -> rewrap(column, page, current))
                .doOnNext(this::count)
                .flatMap(batch -> progress.advance(at, column.toString(), last, batch))
                .thenReturn(true);
    }

    private Mono<Batch> rewrap(EncryptedColumn column, List<Stored> page, String current) {
        List<Stored> old = page.stream()
                .filter(one -> !vaults.keyOf(one.text()).equals(current))
                .toList();
        List<Ciphertext> ciphertexts = old.stream()
                .map(one -> new Ciphertext(one.text(), column.place(one.id().toString())))
                .toList();
        return vaults.rewrap(ciphertexts).flatMap(fresh -> store(column, page, old, fresh));
    }

    /** @param fresh the new ciphertexts of {@code old} by position; empty for those that could not be decrypted */
    private Mono<Batch> store(
            EncryptedColumn column, List<Stored> page, List<Stored> old, List<Optional<String>> fresh) {
        List<Replacement> replacements = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        for (int i = 0; i < old.size(); i++) {
            Stored one = old.get(i);
            fresh.get(i)
                    .ifPresentOrElse(
                            text -> replacements.add(new Replacement(one.id(), one.text(), text)),
                            () -> unreadable.add(vaults.vaultOf(one.text())));
        }
        return stored.replace(column, replacements).map(replaced -> {
            long skipped = replacements.size() - replaced;
            // It is not known which were skipped; the next pass counts from zero.
            Map<String, Long> left = countByKey(page, skipped == 0 ? replacements : List.of());
            return new Batch(replaced, skipped, unreadable.size(), left, Set.copyOf(unreadable));
        });
    }

    private Map<String, Long> countByKey(List<Stored> page, List<Replacement> replacements) {
        Map<UUID, String> texts = new HashMap<>();
        page.forEach(one -> texts.put(one.id(), one.text()));
        replacements.forEach(one -> texts.put(one.id(), one.write()));
        return texts.values().stream()
                .collect(Collectors.groupingBy(vaults::keyOf, TreeMap::new, Collectors.counting()));
    }

    private void count(Batch batch) {
        meters.counter(METER, "outcome", "rewrapped").increment((double) batch.rewrapped());
        meters.counter(METER, "outcome", "skipped").increment((double) batch.skipped());
        meters.counter(METER, "outcome", "unreadable").increment((double) batch.unreadable());
    }

    private Mono<Boolean> endColumn(State at, EncryptedColumn column) {
        log.info("Column rewrapped: column={} rewrapped_so_far={}", column, at.rewrapped());
        int next = columns.indexOf(column) + 1;
        if (next < columns.size()) {
            String name = columns.get(next).toString();
            return progress.advance(at, name, RewrapProgress.START, Batch.NOTHING)
                    .thenReturn(true);
        }
        return at.skipped() > 0 ? progress.startPass(at).thenReturn(false) : finish(at);
    }

    private Mono<Boolean> finish(State at) {
        return vaults.completeRewrap(at.unreadableVaults())
                .then(progress.finish(at))
                .doOnNext(end -> log.info(
                        "Rewrap finished: ciphertexts={} unreadable={} seconds={}",
                        end.rewrapped(),
                        end.unreadable(),
                        end.duration().toSeconds()))
                .thenReturn(false);
    }
}
