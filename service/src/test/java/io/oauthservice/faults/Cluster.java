package io.oauthservice.faults;

import io.oauthservice.SandboxControl;
import io.oauthservice.local.Detour;
import io.oauthservice.local.Replica;
import io.oauthservice.local.ReplicaSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Three replicas on detours, one database, one Kafka, one sandbox, and what somebody outside can do with them. Their
 * patience is cut short, so that a lease that nobody gives back runs out in seconds.
 */
final class Cluster implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(7);

    private static final int REPLICAS = 3;
    private static final int LONGER_THAN_ANY_ACCESS_TOKEN = 13;

    private static final Map<String, String> SHORT = Map.of(
            // Rows are changed behind the service's back; what is kept in memory has tests of its own.
            "oauth.tokens.cache-size", "0",
            "oauth.refresh.lease", LEASE.toString(),
            "oauth.refresh.attempt-limit", "5s",
            "oauth.refresh.wait-for-others", "3s",
            "oauth.refresh.first-back-off", "200ms",
            "oauth.provider-guard.time-limit", "4s",
            // Trouble is ordered here, and the circuit has tests of its own.
            "oauth.provider-guard.window", "1000",
            "GITHUB_USER_GRANTS", "true");

    private final ReplicaSet set = ReplicaSet.onDetours(REPLICAS, SHORT);
    private final Tables tables = new Tables(set.connection());
    private final Map<Platform, SandboxControl> providers = new EnumMap<>(Platform.class);
    private final Map<String, Integer> hoursAhead = new HashMap<>();
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();

    Cluster() {
        for (Platform platform : Platform.values()) {
            providers.put(platform, new SandboxControl(set.sandbox(), platform.sandbox));
        }
    }

    /** Everybody is up, nothing is in the way, and nobody has installed anything. */
    void startOver() {
        heal();
        set.sandbox().reset();
        tables.clear();
        secrets.clear();
        hoursAhead.clear();
    }

    /** Whatever a case has left in the way is cleared away. */
    void heal() {
        tables.unlock();
        for (Platform platform : Platform.values()) {
            at(platform).clearFaults();
        }
        for (Replica replica : replicas()) {
            if (replica.isAlive()) {
                replica.resume();
            } else {
                replica.startAgain();
            }
            for (Detour detour : List.of(replica.database(), replica.providers())) {
                detour.release();
                detour.restore();
            }
        }
        replicas().forEach(Replica::awaitReady);
    }

    List<Replica> replicas() {
        return set.replicas();
    }

    Tables tables() {
        return tables;
    }

    SandboxControl at(Platform platform) {
        return Objects.requireNonNull(providers.get(platform));
    }

    /** Every access token that the provider has given so far is over there. */
    void agePast(Platform platform) {
        int hours = hoursAhead.merge(platform.sandbox, LONGER_THAN_ANY_ACCESS_TOKEN, Integer::sum);
        at(platform).setClockOffset(Duration.ofHours(hours));
    }

    String bootstrap() {
        return set.bootstrap();
    }

    /** Where browsers begin. */
    String url() {
        return set.publicUrl();
    }

    /** Browsers meet this replica from now on. */
    void leadBrowsersTo(Replica replica) {
        set.door().leadTo(replica.port());
    }

    /** Asks this replica for the platform's token. */
    Asked ask(Replica replica, Platform platform) {
        Asked asked = Asked.of(replica.url() + "/oauth/token/" + platform.word + platform.query());
        if (asked.isToken()) {
            secrets.add(asked.token());
        }
        return asked;
    }

    /** Whether the provider takes this token, asked by no detour. */
    boolean isLive(Platform platform, String token) {
        return Asked.isOpenTo(URI.create(set.sandbox().baseUrl() + platform.opened), token);
    }

    /** Something that must never be found in clear text. */
    void remember(String secret) {
        secrets.add(secret);
    }

    /** Where something that is secret was found in clear text; empty: nowhere. */
    List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        String rows = tables.everything();
        for (String secret : secrets) {
            if (rows.contains(secret)) {
                leaks.add("a secret in a table: " + secret.substring(0, 6) + "…");
            }
            for (Replica replica : replicas()) {
                if (replica.log().contains(secret)) {
                    leaks.add("a secret in the log of " + replica.url() + ": " + secret.substring(0, 6) + "…");
                }
            }
        }
        return leaks;
    }

    /** What the replicas have printed, for whoever wants to know why. */
    void keepLogs(Path directory) {
        try {
            Files.createDirectories(directory);
            for (Replica replica : replicas()) {
                Files.writeString(directory.resolve(replica.port() + ".log"), replica.log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        tables.close();
        set.close();
    }
}
