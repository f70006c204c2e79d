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
 * Encrypts in the transit engine of OpenBao or HashiCorp Vault; the key never leaves it. The place is the key's
 * derivation context. Single values that wait together are decrypted by one call.
 */
final class TransitVault implements KeyedVault {

    static final String PREFIX = "vault:v";

    /** OpenBao refuses a request with more than a thousand strings; an item has four, names included. */
    private static final int MOST_ITEMS = 200;

    private static final Pattern VERSION = Pattern.compile("vault:v\\d+");
    private static final Place CHECK = new Place("check", "here", "value");
    private static final Place ELSEWHERE = new Place("check", "elsewhere", "value");

    private final TransitCalls calls;
    private final String key;
    private final Batcher<Ciphertext, Outcome<Secret>> single =
            new Batcher<>(2, this::decrypted, () -> new VaultException.Outage("Too much waits for the vault", null));

    TransitVault(TransitCalls calls, String key) {
        this.calls = calls;
        this.key = key;
    }

    @Override
    public String name() {
        return "transit";
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

    /** Told by what it encrypts now, so that nobody has to be allowed to read about keys. */
    @Override
    public Mono<String> currentKey() {
        return encrypt(Secret.of("check"), CHECK).map(this::keyOf);
    }

    /** A key that is not derived ignores where a ciphertext lies, and says nothing. */
    Mono<Void> requireDerived() {
        return encrypt(Secret.of("check"), CHECK)
                .flatMap(text -> decrypted(List.of(new Ciphertext(text, ELSEWHERE))))
                .map(List::getFirst)
                .flatMap(outcome -> outcome.value() == null
                        ? Mono.empty()
                        : Mono.error(new SettingException(
                                "VAULT_TRANSIT_KEY",
                                "names a key that was not made with derived=true, so that a ciphertext would work in"
                                        + " another's place: " + key)));
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
    public Mono<List<Outcome<Secret>>> open(List<Ciphertext> ciphertexts) {
        return ciphertexts.size() == 1 ? single.submit(ciphertexts.getFirst()).map(List::of) : decrypted(ciphertexts);
    }

    private Mono<List<Outcome<Secret>>> decrypted(List<Ciphertext> ciphertexts) {
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
                .buffer(MOST_ITEMS)
                .concatMap(some -> call(operation, field, some))
                .flatMapIterable(outcomes -> outcomes)
                .collectList();
    }

    private Mono<List<Outcome<String>>> call(String operation, String field, List<Map<String, String>> items) {
        return calls.post(operation + "/" + key, Map.of("batch_input", items))
                .map(data -> outcomes(operation, field, data.path("batch_results"), items.size()));
    }

    private List<Outcome<String>> outcomes(String operation, String field, JsonNode results, int expected) {
        if (results.size() != expected) {
            throw new VaultException("The key service answers another number of results than it was asked for", null);
        }
        List<Outcome<String>> outcomes = new ArrayList<>(expected);
        for (JsonNode result : results) {
            String problem = result.path("error").asString("");
            outcomes.add(
                    problem.isEmpty()
                            ? Outcome.of(result.path(field).asString(""))
                            : Outcome.none(
                                    "The key service refuses to " + operation + " with " + key + ": " + problem));
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
