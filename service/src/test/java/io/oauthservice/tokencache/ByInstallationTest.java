package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Weigher;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Look-ups by key and by installation must agree after any addition, replacement, removal or eviction. */
class ByInstallationTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final InstallationId ONE = new InstallationId(UUID.randomUUID());
    private static final InstallationId OTHER = new InstallationId(UUID.randomUUID());

    @Test
    void theResponsesOfAnInstallationAreRemovedAndNoOthers() {
        ByInstallation<TokenKey, CachedResponse> responses = cache(100);
        responses.put(key(1), response(ONE));
        responses.put(key(2), response(ONE));
        responses.put(key(3), response(OTHER));

        responses.removeAllOf(ONE);

        assertThat(responses.find(key(1))).isNull();
        assertThat(responses.find(key(2))).isNull();
        assertThat(responses.find(key(3))).isNotNull();
        assertThat(responses.installations()).isEqualTo(1);
    }

    @Test
    void aResponseThatReplacedAnotherIsRemovedWithItsOwnInstallation() {
        ByInstallation<TokenKey, CachedResponse> responses = cache(100);
        CachedResponse before = response(ONE);
        CachedResponse now = response(OTHER);
        responses.put(key(1), before);
        responses.put(key(1), now);

        responses.removeAllOf(ONE);
        responses.remove(key(1), before);
        assertThat(responses.find(key(1))).isSameAs(now);

        responses.removeAllOf(OTHER);
        assertThat(responses.find(key(1))).isNull();
        assertThat(responses.installations()).isZero();
    }

    @Test
    void anEvictionForSizeRemovesTheKeyOfTheInstallation() {
        ByInstallation<TokenKey, CachedResponse> responses = cache(10);

        IntStream.range(0, 1000).forEach(i -> responses.put(key(i), response(new InstallationId(UUID.randomUUID()))));

        assertThat(responses.all()).hasSizeLessThanOrEqualTo(10);
        assertThat(responses.installations()).isEqualTo(responses.all().size());
    }

    @Test
    void removingAnInstallationRemovesItsResponses() throws Exception {
        ByInstallation<TokenKey, CachedResponse> responses = cache(50);
        List<InstallationId> ids = IntStream.range(0, 8)
                .mapToObj(i -> new InstallationId(UUID.randomUUID()))
                .toList();
        Map<InstallationId, CachedResponse> samples =
                ids.stream().collect(Collectors.toMap(id -> id, ByInstallationTest::response));
        for (int round = 0; round < 50; round++) {
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<CompletableFuture<Void>> busy = IntStream.range(0, 4)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> change(responses, ids, samples), threads))
                        .toList();
                busy.forEach(CompletableFuture::join);
            }

            ids.forEach(responses::removeAllOf);

            assertThat(responses.all()).isEmpty();
            assertThat(responses.installations()).isZero();
        }
    }

    private static ByInstallation<TokenKey, CachedResponse> cache(int maximumSize) {
        return new ByInstallation<>(
                maximumSize,
                Weigher.singletonWeigher(),
                response -> response.installation().id(),
                removed -> {});
    }

    private static void change(
            ByInstallation<TokenKey, CachedResponse> responses,
            List<InstallationId> ids,
            Map<InstallationId, CachedResponse> samples) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < 2000; i++) {
            InstallationId id = ids.get(random.nextInt(ids.size()));
            CachedResponse sample = Objects.requireNonNull(samples.get(id));
            TokenKey key = key(random.nextInt(100));
            switch (random.nextInt(8)) {
                case 0 -> responses.removeAllOf(id);
                case 1 -> responses.remove(key);
                case 2 -> responses.remove(key, sample);
                default -> responses.put(key, sample);
            }
        }
    }

    private static TokenKey key(int number) {
        return new TokenKey("jira", "site-" + number);
    }

    private static CachedResponse response(InstallationId id) {
        Organisation organisation = new Organisation("site", "name", null);
        Instant now = Instant.EPOCH;
        Installation installation = new Installation(
                id,
                new Platform("jira"),
                "user:" + id,
                InstallationStatus.ACTIVE,
                null,
                now,
                "site",
                "name",
                null,
                null,
                null,
                List.of(organisation),
                new StoredTokens("ciphertext", null, now, null, 1, "fingerprint", false),
                0,
                null,
                null,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                null,
                null,
                1,
                now,
                now,
                null);
        return new CachedResponse(
                new LiveToken(installation, organisation, Secret.of("a token"), Instant.MAX), Instant.MAX, JSON, 0);
    }
}
