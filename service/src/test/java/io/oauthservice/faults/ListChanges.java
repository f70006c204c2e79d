package io.oauthservice.faults;

import static org.awaitility.Awaitility.await;

import io.oauthservice.Delivery;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.faults.ListClients.Scope;
import io.oauthservice.faults.ListHistory.View;
import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Changes installations at random, one change after the other: by statements, as an operator or a replica of another
 * version does it, and by requests to any replica. Records the lists after each change.
 */
final class ListChanges {

    private static final int INSTALLATIONS = 40;
    private static final int ORGANISATIONS = 40;
    private static final int MORE_THAN_A_NOTIFICATION_NAMES = 160;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final View EVERYTHING = new View(Scope.ALL, "/oauth/installations?status=all");

    private final Cluster cluster;
    private final ListHistory history;
    private final RandomGenerator random;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> ids = new ArrayList<>();
    private final Set<String> revoked = new TreeSet<>();
    private int number;
    private int changes;
    private int unexpected;

    ListChanges(Cluster cluster, ListHistory history, RandomGenerator random) {
        this.cluster = cluster;
        this.history = history;
        this.random = random;
    }

    /** Installations of all platforms, one of which can be renamed at the simulated GitHub. */
    void begin() {
        new BrowserUser(cluster, Platform.GITHUB).connect();
        for (int i = 0; i < INSTALLATIONS; i++) {
            insert();
        }
        cluster.tables().postponeReconciliation();
        history.record(0, history.now(), true, lists());
    }

    /** One change. */
    void next() {
        recordWhatOthersChanged();
        long begun = history.now();
        boolean gradual = perform(random.nextInt(34));
        history.record(begun, history.now(), gradual, lists());
        changes++;
    }

    /** Renames all organisations by a statement, of which no replica is notified. */
    void renameSilently() {
        long begun = history.now();
        execute("ALTER TABLE oauth_installation_orgs DISABLE TRIGGER oauth_installation_orgs_changes_update");
        execute("UPDATE oauth_installation_orgs SET name = 'silent'");
        execute("ALTER TABLE oauth_installation_orgs ENABLE TRIGGER oauth_installation_orgs_changes_update");
        history.record(begun, history.now(), false, lists());
    }

    /** Nothing but these changes is expected; what a job of the service may have done meanwhile has no known time. */
    private void recordWhatOthersChanged() {
        long now = history.now();
        if (!etag(EVERYTHING).equals(history.latest(EVERYTHING))) {
            unexpected++;
            history.record(0, now, true, lists());
        }
    }

    private boolean perform(int choice) {
        String id = ids.get(random.nextInt(ids.size()));
        switch (choice) {
            case 0, 1, 2, 3, 4, 5 -> update(id, "token_version = token_version + 1, updated_at = clock_timestamp()");
            case 6, 7, 8, 9 -> toggleStatus(id);
            case 10, 11 ->
                update(id, "labels = CASE labels WHEN '{}' THEN '{\"team\":\"search\"}'::jsonb ELSE '{}' END");
            case 12, 13, 14 -> patchLabel(id);
            case 15, 16, 17, 18 ->
                execute(
                        "UPDATE oauth_installation_orgs SET name = ? WHERE installation_id = ?::uuid",
                        "name " + number++,
                        id);
            case 19, 20, 21 -> moveOrganisation(id);
            case 22, 23 -> insert();
            case 24 -> delete(id);
            case 25, 26, 27 -> disconnect(id);
            case 28, 29 -> use(id);
            case 30 -> execute("UPDATE oauth_installations SET token_version = token_version + 1");
            case 31 -> many();
            default -> {
                rename();
                return true;
            }
        }
        return false;
    }

    private void update(String id, String assignments) {
        execute("UPDATE oauth_installations SET " + assignments + " WHERE id = ?::uuid", id);
    }

    private void toggleStatus(String id) {
        if (!revoked.contains(id)) {
            update(id, "status = CASE status WHEN 'active' THEN 'suspended' ELSE 'active' END");
        }
    }

    private void patchLabel(String id) {
        Answer answer = service()
                .patch(
                        "/oauth/installations/" + id,
                        MediaType.APPLICATION_JSON,
                        "{\"labels\":{\"team\":%s}}".formatted(random.nextBoolean() ? "\"search\"" : "null"));
        require(200, answer);
    }

    /** The second organisation of an installation is another one, or none. */
    private void moveOrganisation(String id) {
        if (cluster.tables().count("SELECT count(*) FROM oauth_installation_orgs WHERE installation_id = ?::uuid", id)
                > 1) {
            execute(
                    "DELETE FROM oauth_installation_orgs WHERE installation_id = ?::uuid AND org_id <> (SELECT"
                            + " external_org_id FROM oauth_installations WHERE id = ?::uuid)",
                    id,
                    id);
        } else {
            execute(
                    "INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)"
                            + " SELECT id, platform, ?, 'second' FROM oauth_installations WHERE id = ?::uuid"
                            + " ON CONFLICT DO NOTHING",
                    ListClients.organisation(random.nextInt(ORGANISATIONS)),
                    id);
        }
    }

    private void insert() {
        String id = UUID.randomUUID().toString();
        execute(
                """
                WITH made AS (
                    INSERT INTO oauth_installations (id, platform, grant_key, status, external_org_id, access_token_encrypted)
                    VALUES (?::uuid, ?, ?, 'active', ?, 'tink:v1:unreadable') RETURNING id, platform, external_org_id)
                INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)
                SELECT id, platform, external_org_id, 'inserted' FROM made
                """,
                id,
                List.of("github", "jira", "slack").get(random.nextInt(3)),
                "inserted:" + id,
                ListClients.organisation(random.nextInt(ORGANISATIONS)));
        ids.add(id);
    }

    private void delete(String id) {
        if (ids.size() > INSTALLATIONS / 2) {
            execute("DELETE FROM oauth_installations WHERE id = ?::uuid", id);
            ids.remove(id);
            revoked.remove(id);
        }
    }

    /** By a request to one replica. */
    private void disconnect(String id) {
        if (revoked.size() < ids.size() / 2 && revoked.add(id)) {
            require(204, service().delete("/oauth/installations/" + id));
        }
    }

    private void use(String id) {
        execute(
                "INSERT INTO oauth_installation_usage VALUES (?::uuid, date_trunc('hour', now()), ?) ON CONFLICT"
                        + " (installation_id) DO UPDATE SET last_used_by = EXCLUDED.last_used_by",
                id,
                "client-" + number++);
    }

    /** More than a notification can name: they are inserted, or deleted again. */
    private void many() {
        if (cluster.tables().count("SELECT count(*) FROM oauth_installations WHERE grant_key LIKE 'many:%'") > 0) {
            execute("DELETE FROM oauth_installations WHERE grant_key LIKE 'many:%'");
        } else {
            execute("""
                    WITH made AS (
                        INSERT INTO oauth_installations (id, platform, grant_key, status, external_org_id, access_token_encrypted)
                        SELECT gen_random_uuid(), 'slack', 'many:' || n, 'suspended', 'org-' || n %% 60, 'tink:v1:unreadable'
                        FROM generate_series(1, %d) n RETURNING id, platform, external_org_id)
                    INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)
                    SELECT id, platform, external_org_id, 'many' FROM made
                    """.formatted(MORE_THAN_A_NOTIFICATION_NAMES));
        }
    }

    /** At GitHub, whose webhook makes a replica read and store the new name. */
    private void rename() {
        String name = "renamed-" + number++;
        cluster.gitHub().rename(Platform.GITHUB.organisation, name);
        cluster.gitHub().deliver(Delivery.ofLast(1).withNewIds());
        await().atMost(LIMIT)
                .until(() -> cluster.tables().countUnprocessedWebhooks() == 0
                        && cluster.tables().count("SELECT count(*) FROM oauth_installation_orgs WHERE name = ?", name)
                                > 0);
    }

    private void execute(String sql, Object... parameters) {
        cluster.tables().execute(sql, parameters);
    }

    private Service service() {
        return new Service(WebTestClient.bindToServer()
                .baseUrl(anyReplica().url())
                .responseTimeout(LIMIT)
                .build());
    }

    private Replica anyReplica() {
        return cluster.replicas()
                .get(ThreadLocalRandom.current().nextInt(cluster.replicas().size()));
    }

    private static void require(int status, Answer answer) {
        if (answer.status() != status) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
    }

    /** As the replicas read them in the database now. */
    private Map<View, String> lists() {
        Map<View, String> etags = new ConcurrentHashMap<>();
        CompletableFuture.allOf(Arrays.stream(Scope.values())
                        .map(scope -> CompletableFuture.runAsync(() -> read(scope, etags), threads))
                        .toArray(CompletableFuture[]::new))
                .join();
        return etags;
    }

    private void read(Scope scope, Map<View, String> etags) {
        try (PollConnection connection = new PollConnection(anyReplica())) {
            for (String path : ListPoller.PATHS) {
                View view = new View(scope, path);
                etags.put(view, etag(connection, view));
            }
        }
    }

    private String etag(View view) {
        try (PollConnection connection = new PollConnection(anyReplica())) {
            return etag(connection, view);
        }
    }

    private static String etag(PollConnection connection, View view) {
        return connection.getLatest(view.path(), view.scope().client()).etag();
    }

    int changes() {
        return changes;
    }

    /** How often something else has changed an installation. */
    int unexpected() {
        return unexpected;
    }
}
