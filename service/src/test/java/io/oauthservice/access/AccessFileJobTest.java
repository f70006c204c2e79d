package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.LogCapture;
import io.oauthservice.access.AccessProperties.ApiKey;
import io.oauthservice.access.AccessProperties.Client;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.CeilingSource;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** When a new content of the access file takes effect. Every {@code run} is one read of it. */
class AccessFileJobTest {

    private static final String ONE = client("one");
    private static final String TWO = ONE + client("two").replace("clients:\n", "");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CallerCeilings ceilings =
            new CallerCeilings(new StaticListableBeanFactory().getBeanProvider(CeilingSource.class));

    @TempDir
    private Path directory;

    private Path file;
    private Clients clients;
    private AccessFileJob job;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("access.yml");
        write(ONE);
        start(Map.of());
    }

    private void start(Map<String, Client> settings) {
        AccessProperties properties = new AccessProperties(settings, Map.of(), file, List.of());
        AccessFile access = new AccessFile(properties);
        clients = new Clients(properties, ceilings, new RateLimits(meters), access, new AccessFileParser(ceilings));
        job = new AccessFileJob(access, clients, new KeyExpiry(Clock.systemUTC(), meters), meters);
    }

    /** Its key is its name. */
    private static String client(String name) {
        return """
                clients:
                  %s:
                    keys: [{sha256: %s}]
                    permissions: ["*"]
                    requests-per-second: 10
                """.formatted(name, Secret.of(name).sha256());
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private @Nullable Caller caller(String key) {
        return clients.current().find(Secret.of(key).sha256(), Clock.systemUTC());
    }

    private double valid() {
        return meters.get("oauth.access.file.valid").gauge().value();
    }

    private List<String> hashes() {
        return meters.find("oauth.access.file.info").gauges().stream()
                .map(gauge -> Objects.requireNonNull(gauge.getId().getTag("sha256")))
                .toList();
    }

    @Test
    void aNewContentIsAdoptedWhenTwoReadsHaveFoundIt() throws IOException {
        assertThat(hashes()).containsExactly(Secret.of(ONE).sha256());
        write(TWO);

        job.run();
        assertThat(caller("two")).isNull();
        job.run();

        assertThat(caller("one")).isNotNull();
        assertThat(caller("two")).isNotNull();
        assertThat(hashes()).containsExactly(Secret.of(TWO).sha256());
        assertThat(valid()).isEqualTo(1);
    }

    @Test
    void aFileThatIsWrittenByteByByteIsAdoptedAsAWhole() throws IOException {
        write("");
        for (byte next : TWO.getBytes(StandardCharsets.UTF_8)) {
            Files.write(file, new byte[] {next}, StandardOpenOption.APPEND);
            job.run();
            assertThat(caller("one")).isNotNull();
            assertThat(caller("two")).isNull();
        }

        job.run();

        assertThat(caller("two")).isNotNull();
    }

    @Test
    void aDirectoryThatIsReplacedByALinkIsFollowed() throws IOException {
        Path link = directory.resolve("..data");
        Files.createSymbolicLink(link, version("v1", ONE));
        file = link.resolve("access.yml");
        start(Map.of());

        Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), version("v2", TWO));
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
        job.run();
        job.run();

        assertThat(caller("two")).isNotNull();
    }

    private Path version(String name, String text) throws IOException {
        Path version = Files.createDirectory(directory.resolve(name));
        Files.writeString(version.resolve("access.yml"), text);
        return version;
    }

    @Test
    void aRemovedClientIsRejected() throws IOException {
        write(client("two"));
        job.run();
        job.run();

        assertThat(caller("one")).isNull();
    }

    @Test
    void anInvalidFileChangesNothingAndIsReportedOnce() throws IOException {
        write(TWO.replace("permissions", "permisions"));

        String log = logOfReads(5);

        assertThat(log.split("Access file rejected", -1)).hasSize(2);
        assertThat(log).contains("contains an unknown setting: permisions");
        assertThat(caller("one")).isNotNull();
        assertThat(valid()).isZero();
        assertThat(hashes()).containsExactly(Secret.of(ONE).sha256());
    }

    @Test
    void anEmptyMissingTooLargeOrBinaryFileChangesNothing() throws IOException {
        write("");
        assertThat(logOfReads(3)).contains("names a file without clients");
        Files.delete(file);
        assertThat(logOfReads(3)).contains("names a file that does not exist");
        write("#".repeat(1024 * 1024 + 1));
        assertThat(logOfReads(3)).contains("names a file that is larger than 1 MB");
        Files.write(file, new byte[] {'#', (byte) 0xff});
        assertThat(logOfReads(3)).contains("names a file that is not UTF-8");
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(logOfReads(3)).contains("names a file that is not a file");

        assertThat(caller("one")).isNotNull();
        assertThat(valid()).isZero();
    }

    @Test
    void theFormerContentIsValidAgain() throws IOException {
        write("");
        logOfReads(2);

        write(ONE);
        assertThat(logOfReads(1)).isEmpty();

        assertThat(valid()).isEqualTo(1);
        write("");
        assertThat(logOfReads(2)).contains("Access file rejected");
    }

    private String logOfReads(int number) {
        try (LogCapture log = LogCapture.start()) {
            for (int i = 0; i < number; i++) {
                job.run();
            }
            return log.text();
        }
    }

    @Test
    void anInvalidFileStopsTheStart() throws IOException {
        write("clients: {}");
        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(SettingException.class)
                .hasMessage("OAUTH_ACCESS_FILE names a file without clients");
        Files.delete(file);
        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(SettingException.class)
                .hasMessage("OAUTH_ACCESS_FILE names a file that does not exist");
    }

    @Test
    void aClientIsEitherInTheFileOrInTheSettings() {
        Client one = client(new ApiKey(Secret.of("another").sha256(), null));
        Client sameKey = client(new ApiKey(Secret.of("one").sha256(), null));

        assertThatThrownBy(() -> start(Map.of("one", one)))
                .isInstanceOf(SettingException.class)
                .hasMessage("OAUTH_ACCESS_FILE: clients.one is also in the settings");
        assertThatThrownBy(() -> start(Map.of("bot", sameKey)))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.access.clients.bot.keys[0].sha256, OAUTH_ACCESS_FILE: clients.one.keys[0].sha256"
                        + " are the same; each client needs a key of its own");
        start(Map.of("bot", one));
        assertThat(caller("another")).isNotNull();
        assertThat(caller("one")).isNotNull();
    }

    @Test
    void aReloadKeepsTheRateLimit() throws IOException {
        RateLimit before = Objects.requireNonNull(caller("one")).rateLimit();
        write(TWO);
        job.run();
        job.run();

        assertThat(Objects.requireNonNull(caller("one")).rateLimit())
                .isNotNull()
                .isSameAs(before);
    }

    @Test
    void permissionsOfNewerVersionsGrantNothing() throws IOException {
        write(ONE.replace("\"*\"", "tokens, audit:export, installations:read"));

        assertThat(logOfReads(2)).contains("permission=tokens\n").contains("permission=audit:export\n");

        Caller one = Objects.requireNonNull(caller("one"));
        assertThat(one.permissions()).containsExactly("installations:read");
        assertThat(one.may("tokens:read:github")).isFalse();
    }

    @Test
    void aKeyThatExpiresIsAnnouncedOnce() {
        Instant now = Instant.now();
        start(Map.of(
                "bot",
                client(
                        new ApiKey("a".repeat(64), now.plus(Duration.ofDays(13))),
                        new ApiKey("b".repeat(64), now.plus(Duration.ofDays(15))),
                        new ApiKey("c".repeat(64), now.minus(Duration.ofDays(1))),
                        new ApiKey("d".repeat(64), null))));

        String log = logOfReads(3);

        assertThat(log.lines())
                .anyMatch(line -> line.contains("API key expires soon: client=bot key=aaaaaaaa expires_at="))
                .anyMatch(line -> line.contains("API key has expired, requests with it are rejected: client=bot"))
                .hasSize(2);
        assertThat(secondsLeft("aaaaaaaa")).isBetween(12 * 86400.0, 13 * 86400.0);
        assertThat(secondsLeft("bbbbbbbb")).isGreaterThan(14 * 86400.0);
        assertThat(secondsLeft("cccccccc")).isNegative();
        assertThat(meters.find("oauth.access.key.expires").gauges()).hasSize(3);
    }

    private double secondsLeft(String key) {
        Gauge gauge = meters.get("oauth.access.key.expires")
                .tags("client", "bot", "key", key)
                .gauge();
        return gauge.value();
    }

    @Test
    void aClientHasAllItsKeysUntilTheyExpire() {
        Instant now = Instant.now();
        start(Map.of(
                "bot",
                client(
                        new ApiKey(Secret.of("old").sha256(), now.plusSeconds(60)),
                        new ApiKey(Secret.of("new").sha256(), null))));

        ClientSnapshot current = clients.current();
        Clock before = Clock.fixed(now.plusSeconds(59), ZoneOffset.UTC);
        Clock after = Clock.fixed(now.plusSeconds(60), ZoneOffset.UTC);

        assertThat(current.find(Secret.of("old").sha256(), before))
                .isNotNull()
                .isSameAs(current.find(Secret.of("new").sha256(), before));
        assertThat(current.find(Secret.of("old").sha256(), after)).isNull();
        assertThat(current.find(Secret.of("new").sha256(), after)).isNotNull();
    }

    private static Client client(ApiKey... keys) {
        return new Client(null, List.of("*"), List.of(), false, List.of(), null, null, List.of(keys), null);
    }
}
