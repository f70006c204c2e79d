package io.oauthservice.installation;

import io.oauthservice.database.AfterCommit;
import io.oauthservice.database.ListenerEvent;
import io.oauthservice.database.Notifications;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Notifies all replicas of changed installations, by PostgreSQL's {@code NOTIFY}. This replica's listeners are informed
 * before the caller gets the result.
 */
@Component
public class ChangeNotifications {

    private static final String CHANNEL = "oauth_installations";
    private static final String NOTIFY =
            "SELECT pg_notify('" + CHANNEL + "', payload) FROM unnest(:payloads::text[]) AS payload";

    /** PostgreSQL accepts payloads below 8000 bytes; the remainder is for the other fields. */
    private static final int BYTES_OF_ORGANISATIONS = 7500;

    private final DatabaseClient database;
    private final Notifications notifications;
    private final JsonMapper json;
    private final List<Consumer<InstallationChange>> listeners = new CopyOnWriteArrayList<>();

    /** One connection listens for all subscribers. */
    private final Flux<InstallationChange> received = Flux.defer(this::receive).share();

    ChangeNotifications(DatabaseClient database, Notifications notifications, JsonMapper json) {
        this.database = database;
        this.notifications = notifications;
        this.json = json;
    }

    /** Makes all replicas evict the tokens that they cache of an installation, whose row stays as it is. */
    public Mono<Void> evict(Installation unchanged) {
        return evict(unchanged, false);
    }

    /**
     * Makes all replicas evict everything that they derived from an installation's grant, whose row stays as it is: the
     * provider does not show all of its changes.
     */
    public Mono<Void> evictGrant(Installation unchanged) {
        return evict(unchanged, true);
    }

    private Mono<Void> evict(Installation unchanged, boolean grantChanged) {
        return notifyReplicas(unchanged, Set.of(), grantChanged)
                .then(Mono.fromRunnable(() -> publish(change(unchanged, Set.of(), grantChanged))));
    }

    /**
     * Makes all replicas evict one token, which the platform rejects and which is not the stored one. A replica of an
     * earlier version evicts what it caches of the installation.
     */
    public Mono<Void> evictToken(Installation unchanged, String fingerprint) {
        return send(List.of(payload(unchanged, mainOrganisation(unchanged), false, false, fingerprint)))
                .then(Mono.fromRunnable(() -> publish(new TokenReported(unchanged.id(), fingerprint))));
    }

    /**
     * Notifies all replicas of a change when the transaction in progress is committed; fails where there is none.
     *
     * @param defaultOf the organisations whose default grant the installation has become
     * @param grantChanged as in {@link Changed}
     */
    Mono<Void> send(Installation changed, Set<String> defaultOf, boolean grantChanged) {
        return notifyReplicas(changed, defaultOf, grantChanged)
                .then(AfterCommit.run(() -> publish(change(changed, defaultOf, grantChanged))));
    }

    /**
     * Notifies all replicas of changed labels when the transaction in progress is committed. Other lists contain the
     * installation now: this replica's must show that to the caller.
     */
    Mono<Void> sendLabels(Installation changed) {
        return notifyReplicas(changed, Set.of(), false)
                .then(AfterCommit.run(() -> publish(change(changed, Set.of(), true))));
    }

    private Mono<Void> notifyReplicas(Installation changed, Set<String> defaultOf, boolean grantChanged) {
        List<List<String>> chunks = defaultOf.isEmpty() ? List.of(mainOrganisation(changed)) : chunks(defaultOf);
        return send(chunks.stream()
                .map(chunk -> payload(changed, chunk, !defaultOf.isEmpty(), grantChanged, null))
                .toList());
    }

    private static Changed change(Installation installation, Set<String> defaultOf, boolean grantChanged) {
        return new Changed(installation.id(), installation.platform().id(), defaultOf, grantChanged);
    }

    private Mono<Void> send(List<Payload> payloads) {
        return database.sql(NOTIFY)
                .bind(
                        "payloads",
                        payloads.stream().map(json::writeValueAsString).toArray(String[]::new))
                .then();
    }

    private static Payload payload(
            Installation changed,
            List<String> organisations,
            boolean moved,
            boolean grant,
            @Nullable String fingerprint) {
        return new Payload(changed.id().value(), changed.platform().id(), organisations, moved, grant, fingerprint);
    }

    /** A replica of an earlier version evicts the whole platform if there is no organisation. */
    private static List<String> mainOrganisation(Installation changed) {
        return changed.organisations().stream().map(Organisation::id).limit(1).toList();
    }

    /** Each chunk holds as many as fit into one payload. */
    private List<List<String>> chunks(Set<String> organisations) {
        List<List<String>> chunks = new ArrayList<>();
        int left = 0;
        for (String organisation : organisations) {
            int bytes = json.writeValueAsBytes(organisation).length + 1;
            if (bytes > left) {
                chunks.add(new ArrayList<>());
                left = BYTES_OF_ORGANISATIONS;
            }
            chunks.getLast().add(organisation);
            left -= bytes;
        }
        return chunks;
    }

    /** Informs this replica's listeners immediately; PostgreSQL's notification arrives later. */
    private void publish(InstallationChange change) {
        listeners.forEach(listener -> listener.accept(change));
    }

    /** Listens to the changes of all replicas; to those of this replica before their caller gets the result. */
    public Disposable listen(Consumer<InstallationChange> listener) {
        return Disposables.composite(received.subscribe(listener), listenLocally(listener));
    }

    /** Listens to the changes of this replica, before their caller gets the result. */
    public Disposable listenLocally(Consumer<InstallationChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private Flux<InstallationChange> receive() {
        return notifications.on(CHANNEL).flatMapIterable(event -> switch (event) {
            case ListenerEvent.Received received -> changes(received.payload());
            case ListenerEvent.Listening listening -> List.of(new Missed());
            case ListenerEvent.Lost lost -> List.of(new Missed());
            case ListenerEvent.Beat beat -> List.of();
        });
    }

    private List<InstallationChange> changes(String text) {
        try {
            return json.readValue(text, Payload.class).changes();
        } catch (RuntimeException foreign) {
            return List.of(new Missed());
        }
    }

    /**
     * The JSON of a notification. A change with many organisations is sent as several.
     *
     * @param organisations those whose default grant the installation has become; otherwise its main one, for replicas
     *     of an earlier version
     * @param moved whether it has become a default grant. Null: sent by an earlier version, which lists all
     *     organisations that the installation reaches, or none if they are too many
     * @param grant {@code grantChanged} of {@link Changed}. Null: sent by an earlier version, which does not say
     * @param fingerprint of a reported token; nothing else has changed then
     */
    private record Payload(
            UUID id,
            String platform,
            List<String> organisations,
            @Nullable Boolean moved,
            @Nullable Boolean grant,
            @Nullable String fingerprint) {

        List<InstallationChange> changes() {
            if (fingerprint != null) {
                return List.of(new TokenReported(new InstallationId(id), fingerprint));
            }
            Set<String> defaultOf = Boolean.FALSE.equals(moved) ? Set.of() : new HashSet<>(organisations);
            Changed change = new Changed(new InstallationId(id), platform, defaultOf, !Boolean.FALSE.equals(grant));
            return moved == null && organisations.isEmpty() ? List.of(change, new Missed()) : List.of(change);
        }
    }
}
