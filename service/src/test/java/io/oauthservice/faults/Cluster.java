package io.oauthservice.faults;

import io.oauthservice.GitHubControl;
import io.oauthservice.SandboxControl;
import io.oauthservice.SlackControl;
import io.oauthservice.local.Replica;
import io.oauthservice.local.ReplicaSet;
import io.oauthservice.local.TcpProxy;
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
 * Three replicas behind proxies, with one database, one Kafka and one sandbox, and what tests do with them from
 * outside. The time limits of the replicas are short, so that a lease that is not released expires within seconds.
 */
final class Cluster implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(7);

    private static final int REPLICAS = 3;
    private static final int HOURS_BEYOND_ANY_TOKEN_LIFETIME = 13;

    private final ListClients listClients = new ListClients();

    private final Map<String, String> settings = Map.of(
            "OAUTH_ACCESS_FILE", listClients.file().toString(),
            // SQL statements change rows without a notification. The token cache has its own tests.
            "oauth.tokens.cache-size", "0",
            "oauth.refresh.lease", LEASE.toString(),
            "oauth.refresh.attempt-limit", "5s",
            "oauth.refresh.wait-for-others", "3s",
            "oauth.refresh.first-back-off", "200ms",
            "oauth.provider-guard.time-limit", "4s",
            // Failures are intended here. The circuit breaker has its own tests.
            "oauth.provider-guard.window", "1000",
            "GITHUB_USER_GRANTS", "true");

    private final ReplicaSet set = ReplicaSet.behindProxies(REPLICAS, settings);
    private final Tables tables = new Tables(set.connection());
    private final Map<Platform, SandboxControl> providers = new EnumMap<>(Platform.class);
    private final Map<String, Integer> clockOffsetHours = new HashMap<>();
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();

    Cluster() {
        for (Platform platform : Platform.values()) {
            providers.put(platform, new SandboxControl(set.sandbox(), platform.sandbox));
        }
    }

    /** Recovers all replicas, and deletes all installations here and everything that the sandbox has issued. */
    void reset() {
        recover();
        set.sandbox().reset();
        tables.clear();
        secrets.clear();
        clockOffsetHours.clear();
    }

    /** Removes all locks and faults that a case has left behind, and waits until all replicas are ready. */
    void recover() {
        tables.unlock();
        for (Platform platform : Platform.values()) {
            provider(platform).clearFaults();
        }
        for (Replica replica : replicas()) {
            if (replica.isAlive()) {
                replica.resume();
            } else {
                replica.startAgain();
            }
            for (TcpProxy proxy : List.of(replica.database(), replica.providers())) {
                proxy.release();
                proxy.restore();
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

    /** The clients of the access file. */
    ListClients listClients() {
        return listClients;
    }

    SandboxControl provider(Platform platform) {
        return Objects.requireNonNull(providers.get(platform));
    }

    GitHubControl gitHub() {
        return new GitHubControl(set.sandbox());
    }

    SlackControl slack() {
        return new SlackControl(set.sandbox());
    }

    /** Expires every access token that the provider has issued so far, at the provider only. */
    void expireIssuedTokens(Platform platform) {
        int hours = clockOffsetHours.merge(platform.sandbox, HOURS_BEYOND_ANY_TOKEN_LIFETIME, Integer::sum);
        provider(platform).setClockOffset(Duration.ofHours(hours));
    }

    String bootstrap() {
        return set.bootstrap();
    }

    /** The base URL for browsers. */
    String publicUrl() {
        return set.publicUrl();
    }

    /** Routes requests of browsers, and webhooks, to this replica from now on. */
    void routeBrowsersTo(Replica replica) {
        set.publicProxy().redirectTo(replica.port());
    }

    /** Requests the platform's token from this replica. */
    TokenResult requestToken(Replica replica, Platform platform) {
        TokenResult result = TokenResult.request(replica.url() + "/oauth/token/" + platform.id + platform.tokenQuery());
        if (result.isToken()) {
            secrets.add(result.token());
        }
        return result;
    }

    /** Whether the provider accepts this token. The request does not pass a proxy. */
    boolean isAccepted(Platform platform, String token) {
        return TokenResult.isAccepted(URI.create(set.sandbox().baseUrl() + platform.protectedPath), token);
    }

    /** Adds a value that must not appear in clear text in any table or log. */
    void addSecret(String secret) {
        secrets.add(secret);
    }

    /** The tables and logs that contain a secret in clear text; empty: none. */
    List<String> findLeaks() {
        List<String> leaks = new ArrayList<>();
        String rows = tables.allRows();
        for (String secret : secrets) {
            if (rows.contains(secret)) {
                leaks.add("secret in a table: " + secret.substring(0, 6) + "…");
            }
            for (Replica replica : replicas()) {
                if (replica.log().contains(secret)) {
                    leaks.add("secret in the log of " + replica.url() + ": " + secret.substring(0, 6) + "…");
                }
            }
        }
        return leaks;
    }

    /** Writes the output of each replica to a file in this directory. */
    void writeLogs(Path directory) {
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
