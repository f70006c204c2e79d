package io.oauthservice.vault;

import io.oauthservice.concurrent.Batcher;
import io.oauthservice.core.Secret;
import io.oauthservice.startup.SettingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Encrypts in the transit engine of OpenBao or HashiCorp Vault, which never reveals the key. The place is the key's
 * derivation context. Concurrent requests to decrypt single values are batched.
 */
final class TransitVault implements KeyedVault {

    static final String NAME = "transit";
    static final String PREFIX = "vault:v";

    /** OpenBao rejects a request with more than a thousand strings; an item has four, names included. */
    private static final int MAX_ITEMS = 200;

    private static final Pattern VERSION = Pattern.compile(PREFIX + "\\d+");
    private static final Secret PROBE = Secret.of("check");
    private static final Place HERE = new Place("check", "here", "value");
    private static final Place ELSEWHERE = new Place("check", "elsewhere", "value");

    private final TransitCalls calls;
    private final String key;
    private final Batcher<Ciphertext, Outcome<Secret>> single = new Batcher<>(
            2, this::decryptBatch, () -> new VaultException.Outage("Too many requests wait for the key service"));

    TransitVault(TransitCalls calls, String key) {
        this.calls = calls;
        this.key = key;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public String target() {
        return "vault:" + key;
    }

    @Override
    public String keyOf(String ciphertext) {
        Matcher version = VERSION.matcher(ciphertext);
        return version.lookingAt() ? version.group() : "vault:unknown";
    }

    /** Found by encrypting a value, so that the policy needs no permission to read the key's metadata. */
    @Override
    public Mono<String> currentKey() {
        return encrypt(PROBE, HERE).map(this::keyOf);
    }

    /** Fails where a ciphertext can be decrypted in another place: a key that is not derived ignores the context. */
    Mono<Void> requireDerived() {
        return encrypt(PROBE, HERE)
                .flatMap(text -> decryptBatch(List.of(new Ciphertext(text, ELSEWHERE))))
                .map(List::getFirst)
                .flatMap(outcome -> outcome.value() == null
                        ? Mono.empty()
                        : Mono.error(new SettingException(
                                "VAULT_TRANSIT_KEY",
                                "names a key that was not created with derived=true, so that a ciphertext could be decrypted"
                                        + " in another place: " + key)));
    }

    @Override
    public Mono<List<String>> encrypt(List<Plaintext> plaintexts) {
        List<Map<String, String>> items = plaintexts.stream()
                .map(plaintext ->
                        Map.of("plaintext", base64(plaintext.value().value()), "context", context(plaintext.place())))
                .toList();
        return batch("encrypt", "ciphertext", items)
                .map(outcomes -> outcomes.stream().map(Outcome::orThrow).toList());
    }

    @Override
    public Mono<List<Outcome<Secret>>> decryptEach(List<Ciphertext> ciphertexts) {
        return ciphertexts.size() == 1
                ? single.submit(ciphertexts.getFirst()).map(List::of)
                : decryptBatch(ciphertexts);
    }

    private Mono<List<Outcome<Secret>>> decryptBatch(List<Ciphertext> ciphertexts) {
        return batch("decrypt", "plaintext", items(ciphertexts))
                .map(outcomes -> outcomes.stream()
                        .map(outcome -> outcome.map(TransitVault::secret))
                        .toList());
    }

    @Override
    public Mono<List<Outcome<String>>> rewrap(List<Ciphertext> ciphertexts) {
        return batch("rewrap", "ciphertext", items(ciphertexts));
    }

    private static List<Map<String, String>> items(List<Ciphertext> ciphertexts) {
        return ciphertexts.stream()
                .map(ciphertext -> Map.of("ciphertext", ciphertext.text(), "context", context(ciphertext.place())))
                .toList();
    }

    private Mono<List<Outcome<String>>> batch(String operation, String field, List<Map<String, String>> items) {
        return Flux.fromIterable(items)
                .buffer(MAX_ITEMS)
                .concatMap(chunk -> call(operation, field, chunk))
                .flatMapIterable(outcomes -> outcomes)
                .collectList();
    }

    private Mono<List<Outcome<String>>> call(String operation, String field, List<Map<String, String>> items) {
        return calls.post(operation + "/" + key, Map.of("batch_input", items))
                .map(data -> outcomes(operation, field, data.path("batch_results"), items.size()));
    }

    private List<Outcome<String>> outcomes(String operation, String field, JsonNode results, int expected) {
        if (results.size() != expected) {
            throw new VaultException.Rejected(
                    "The key service returned " + results.size() + " results for " + expected + " items");
        }
        List<Outcome<String>> outcomes = new ArrayList<>(expected);
        for (JsonNode result : results) {
            String problem = result.path("error").asString("");
            outcomes.add(
                    problem.isEmpty()
                            ? Outcome.of(result.path(field).asString(""))
                            : Outcome.failed("The key service rejects " + operation + " with " + key + ": " + problem));
        }
        return outcomes;
    }

    private static String context(Place place) {
        return base64(place.context());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Secret secret(String base64) {
        return Secret.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    }
}
