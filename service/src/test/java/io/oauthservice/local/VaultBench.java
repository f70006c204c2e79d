package io.oauthservice.local;

import io.oauthservice.Browser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Not a test: {@code bench/vault.sh} measures the cost of the transit engine on processes of the packaged jar. */
@NeedsVault
class VaultBench {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 8);
    private static final int ROWS = Integer.getInteger("bench.rows", 20_000);
    private static final String REWRAP = "/oauth/operations/rewrap";
    private static final int BATCH = 1000;
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern FAILED = Pattern.compile("Non-2xx|Socket errors");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void measure() throws Exception {
        KeyService keys = KeyService.start();
        Map<String, String> cold = Map.of("oauth.tokens.cache-size", "0");
        Map<String, String> transit = new HashMap<>(keys.settings());
        transit.putAll(cold);
        // The limit must not end a measurement.
        transit.put("oauth.vault.transit.time-limit", "10s");
        try (ReplicaSet byKeyset = ReplicaSet.start(1, cold);
                ReplicaSet byTransit = ReplicaSet.start(1, transit)) {
            connect(byKeyset);
            connect(byTransit);
            coldReads(byKeyset, byTransit);
            rewrap(keys, byTransit);
        }
    }

    private static void connect(ReplicaSet set) {
        new Browser()
                .open(set.first().url() + "/oauth/install/github")
                .choose("9001")
                .press("approve");
    }

    private void coldReads(ReplicaSet byKeyset, ReplicaSet byTransit) throws Exception {
        String ofKeyset = coldPath(byKeyset);
        String ofTransit = coldPath(byTransit);
        read(byKeyset, ofKeyset);
        read(byTransit, ofTransit);
        double keyset = 0;
        double transit = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double one = read(byKeyset, ofKeyset);
            double other = read(byTransit, ofTransit);
            print("cold reads/s at 64 connections: keyset %.0f, transit %.0f, ratio %.2f", one, other, other / one);
            keyset = Math.max(keyset, one);
            transit = Math.max(transit, other);
        }
        print("BEST: keyset %.0f, transit %.0f, ratio %.2f (at least 0.40)", keyset, transit, transit / keyset);
    }

    /** By the installation's id, so that reads do not share work: each queries the database and the vault. */
    private String coldPath(ReplicaSet set) throws IOException, InterruptedException {
        String id = call(set, "GET", "/oauth/token/github?org_id=9001")
                .path("installation_id")
                .asString();
        return "/oauth/token/github?installation_id=" + id;
    }

    private static double read(ReplicaSet set, String path) throws IOException, InterruptedException {
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c64",
                        "--timeout",
                        "10s",
                        "-d" + SECONDS + "s",
                        "-H",
                        "Authorization: Bearer " + LocalProperties.API_KEY,
                        set.first().url() + path)
                .redirectErrorStream(true)
                .start();
        String printed = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor();
        Matcher rate = RATE.matcher(printed);
        if (!rate.find() || FAILED.matcher(printed).find()) {
            throw new IllegalStateException(printed + set.first().log());
        }
        return Double.parseDouble(rate.group(1));
    }

    private void rewrap(KeyService keys, ReplicaSet set) throws Exception {
        for (int i = 0; i < ROWS; i += BATCH) {
            store(keys, set);
        }
        keys.rotate();
        call(set, "POST", REWRAP);
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .until(() -> call(set, "GET", REWRAP).path("status").asString().equals("done"));
        JsonNode end = call(set, "GET", REWRAP);
        Duration took = Duration.between(
                Instant.parse(end.path("started_at").asString()),
                Instant.parse(end.path("finished_at").asString()));
        double seconds = took.toMillis() / 1000.0;
        print(
                "re-wrap: %d rows, %d ciphertexts in %.1f s: %.0f rows/s (at least 1000), %.0f ciphertexts/s",
                ROWS,
                end.path("rewrapped").asLong(),
                seconds,
                ROWS / seconds,
                end.path("rewrapped").asLong() / seconds);
    }

    private static void store(KeyService keys, ReplicaSet set) {
        List<String> ids = IntStream.range(0, BATCH)
                .mapToObj(i -> UUID.randomUUID().toString())
                .toList();
        List<String> access = encrypted(keys, ids, "access_token_encrypted");
        List<String> refresh = encrypted(keys, ids, "refresh_token_encrypted");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            rows.add("('%1$s','github','%1$s','suspended','%2$s','%3$s')"
                    .formatted(ids.get(i), access.get(i), refresh.get(i)));
        }
        set.sql("INSERT INTO oauth_installations (id, platform, grant_key, status, access_token_encrypted,"
                + " refresh_token_encrypted) VALUES " + String.join(",", rows));
    }

    private static List<String> encrypted(KeyService keys, List<String> ids, String column) {
        List<Map<String, String>> items = ids.stream()
                .map(id -> Map.of(
                        "plaintext",
                        base64("x".repeat(200)),
                        "context",
                        base64("oauth_installations/" + column + "/" + id)))
                .toList();
        return keys.server()
                .post("transit/encrypt/oauth-service", Map.of("batch_input", items))
                .at("/data/batch_results")
                .valueStream()
                .map(result -> result.path("ciphertext").asString())
                .toList();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode call(ReplicaSet set, String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(set.first().url() + path))
                .header("Authorization", "Bearer " + LocalProperties.API_KEY)
                .method(method, BodyPublishers.noBody())
                .build();
        return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    }

    private static void print(String line, Object... values) {
        System.out.printf("bench  " + line + "%n", values);
    }
}
