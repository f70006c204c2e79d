package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The vaults of this process: one encrypts, and a ciphertext's prefix says which one opens it. */
final class Vaults implements TokenVault, VaultKeys {

    private static final String UNKNOWN = "unknown";

    private final KeyedVault writer;
    private final List<KeyedVault> readers;
    private final VaultCanary canary;

    Vaults(KeyedVault writer, List<KeyedVault> readers, VaultCanary canary) {
        this.writer = writer;
        this.readers = List.copyOf(readers);
        this.canary = canary;
    }

    @Override
    public Mono<List<String>> encrypt(List<Plaintext> plaintexts) {
        return writer.encrypt(plaintexts);
    }

    @Override
    public Mono<List<Secret>> decrypt(List<Ciphertext> ciphertexts) {
        return eachByItsOwn(ciphertexts, vault -> vault::decrypt);
    }

    @Override
    public String target() {
        return writer.target();
    }

    @Override
    public Mono<String> current() {
        return writer.currentKey();
    }

    @Override
    public String of(String ciphertext) {
        KeyedVault vault = find(ciphertext);
        return vault == null ? UNKNOWN : vault.keyOf(ciphertext);
    }

    @Override
    public Mono<List<Optional<String>>> rewrap(List<Ciphertext> ciphertexts) {
        return eachByItsOwn(
                ciphertexts, vault -> vault.equals(writer) ? this::rewrapped : texts -> moved(vault, texts));
    }

    @Override
    public String vaultOf(String ciphertext) {
        KeyedVault vault = find(ciphertext);
        return vault == null ? UNKNOWN : vault.name();
    }

    @Override
    public Mono<Void> completeRewrap(Set<String> left) {
        return canary.rewrap(writer, readers, left);
    }

    private Mono<List<Optional<String>>> rewrapped(List<Ciphertext> ciphertexts) {
        return writer.rewrap(ciphertexts)
                .map(outcomes -> outcomes.stream()
                        .map(outcome -> Optional.ofNullable(outcome.value()))
                        .toList());
    }

    private Mono<List<Optional<String>>> moved(KeyedVault from, List<Ciphertext> ciphertexts) {
        return from.open(ciphertexts).flatMap(opened -> {
            List<Plaintext> plaintexts = new ArrayList<>();
            for (int i = 0; i < opened.size(); i++) {
                Secret value = opened.get(i).value();
                if (value != null) {
                    plaintexts.add(new Plaintext(value, ciphertexts.get(i).place()));
                }
            }
            return writer.encrypt(plaintexts).map(texts -> spread(texts, opened));
        });
    }

    /** The texts in the places of what could be opened. */
    private static List<Optional<String>> spread(List<String> texts, List<KeyedVault.Outcome<Secret>> opened) {
        var next = texts.iterator();
        return opened.stream()
                .map(outcome -> outcome.value() == null ? Optional.<String>empty() : Optional.of(next.next()))
                .toList();
    }

    /** Each by the vault that its prefix names, and all in their order again. */
    private <T> Mono<List<T>> eachByItsOwn(
            List<Ciphertext> ciphertexts, Function<KeyedVault, Function<List<Ciphertext>, Mono<List<T>>>> how) {
        Map<KeyedVault, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < ciphertexts.size(); i++) {
            KeyedVault vault = find(ciphertexts.get(i).text());
            places.computeIfAbsent(vault == null ? writer : vault, v -> new ArrayList<>())
                    .add(i);
        }
        if (places.size() == 1) {
            return how.apply(places.keySet().iterator().next()).apply(ciphertexts);
        }
        List<T> all = new ArrayList<>(Collections.nCopies(ciphertexts.size(), null));
        return Flux.fromIterable(places.entrySet())
                .concatMap(part -> how.apply(part.getKey())
                        .apply(part.getValue().stream().map(ciphertexts::get).toList())
                        .doOnNext(results -> put(results, part.getValue(), all)))
                .then(Mono.fromSupplier(() -> all));
    }

    private static <T> void put(List<T> results, List<Integer> places, List<T> all) {
        for (int i = 0; i < results.size(); i++) {
            all.set(places.get(i), results.get(i));
        }
    }

    private @Nullable KeyedVault find(String ciphertext) {
        return readers.stream()
                .filter(vault -> ciphertext.startsWith(vault.prefix()))
                .findFirst()
                .orElse(null);
    }
}
