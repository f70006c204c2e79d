package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The vaults of this process. One of them encrypts; a ciphertext's prefix selects the vault that decrypts it. Also
 * identifies the keys of stored ciphertexts and re-encrypts them, for a rewrap after a key rotation or a change of
 * vault.
 */
public final class Vaults implements TokenVault {

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
        return groupByVault(ciphertexts, KeyedVault::decrypt);
    }

    /**
     * What this process encrypts with, regardless of the key's version. Replicas with the same target rewrap to the
     * same key. Makes no remote call.
     */
    public String target() {
        return writer.target();
    }

    /** The id of the key that encrypts now, such as {@code vault:v3} or {@code tink:1872341}. */
    public Mono<String> currentKey() {
        return writer.currentKey();
    }

    /** The id of the key that encrypted a ciphertext; {@code unknown} if no vault of this process encrypted it. */
    public String keyOf(String ciphertext) {
        KeyedVault vault = find(ciphertext);
        return vault == null ? UNKNOWN : vault.keyOf(ciphertext);
    }

    /**
     * Encrypts each value again under the current key, in order. An element is empty where its ciphertext cannot be
     * decrypted. Fails with a {@link VaultException} where a vault cannot be used.
     */
    public Mono<List<Optional<String>>> rewrap(List<Ciphertext> ciphertexts) {
        return groupByVault(
                ciphertexts,
                (vault, group) -> vault.equals(writer) ? rewrapInWriter(group) : reencryptInWriter(vault, group));
    }

    /** The name of the vault that encrypted a ciphertext; {@code unknown} if no vault of this process encrypted it. */
    public String vaultOf(String ciphertext) {
        KeyedVault vault = find(ciphertext);
        return vault == null ? UNKNOWN : vault.name();
    }

    /**
     * Completes a rewrap: rewraps the canary, and removes the canaries of vaults without ciphertexts.
     *
     * @param left the names ({@link #vaultOf}) of the vaults that still have ciphertexts
     */
    public Mono<Void> completeRewrap(Set<String> left) {
        return canary.rewrap(writer, readers, left);
    }

    private Mono<List<Optional<String>>> rewrapInWriter(List<Ciphertext> ciphertexts) {
        return writer.rewrap(ciphertexts)
                .map(outcomes -> outcomes.stream()
                        .map(outcome -> Optional.ofNullable(outcome.value()))
                        .toList());
    }

    private Mono<List<Optional<String>>> reencryptInWriter(KeyedVault from, List<Ciphertext> ciphertexts) {
        return from.decryptEach(ciphertexts).flatMap(outcomes -> {
            List<Plaintext> plaintexts = new ArrayList<>();
            for (int i = 0; i < outcomes.size(); i++) {
                Secret value = outcomes.get(i).value();
                if (value != null) {
                    plaintexts.add(new Plaintext(value, ciphertexts.get(i).place()));
                }
            }
            return writer.encrypt(plaintexts).map(texts -> scatter(texts, outcomes));
        });
    }

    /** The texts in the positions of the values that could be decrypted; the other positions are empty. */
    private static List<Optional<String>> scatter(List<String> texts, List<KeyedVault.Outcome<Secret>> outcomes) {
        var next = texts.iterator();
        return outcomes.stream()
                .map(outcome -> outcome.value() == null ? Optional.<String>empty() : Optional.of(next.next()))
                .toList();
    }

    /** Calls each vault with its own ciphertexts and restores the order. The writer rejects unknown ciphertexts. */
    private <T> Mono<List<T>> groupByVault(
            List<Ciphertext> ciphertexts, BiFunction<KeyedVault, List<Ciphertext>, Mono<List<T>>> call) {
        Map<KeyedVault, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < ciphertexts.size(); i++) {
            KeyedVault vault = find(ciphertexts.get(i).text());
            groups.computeIfAbsent(vault == null ? writer : vault, v -> new ArrayList<>())
                    .add(i);
        }
        if (groups.size() == 1) {
            return call.apply(groups.keySet().iterator().next(), ciphertexts);
        }
        List<T> all = new ArrayList<>(Collections.nCopies(ciphertexts.size(), null));
        return Flux.fromIterable(groups.entrySet())
                .concatMap(group -> call.apply(
                                group.getKey(),
                                group.getValue().stream().map(ciphertexts::get).toList())
                        .doOnNext(results -> put(results, group.getValue(), all)))
                .then(Mono.fromSupplier(() -> all));
    }

    private static <T> void put(List<T> results, List<Integer> positions, List<T> all) {
        for (int i = 0; i < results.size(); i++) {
            all.set(positions.get(i), results.get(i));
        }
    }

    private @Nullable KeyedVault find(String ciphertext) {
        return readers.stream()
                .filter(vault -> ciphertext.startsWith(vault.prefix()))
                .findFirst()
                .orElse(null);
    }
}
