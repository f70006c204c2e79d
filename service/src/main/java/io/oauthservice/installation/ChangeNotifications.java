package io.oauthservice.installation;

import io.oauthservice.database.ListenerEvent;
import io.oauthservice.database.Notifications;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
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

/** Tells all replicas, with the commit of the transaction under way, that an installation has changed. */
@Component
class ChangeNotifications {

    private static final String CHANNEL = "oauth_installations";
    private static final String NOTIFY =
            "SELECT pg_notify('" + CHANNEL + "', payload) FROM unnest(:payloads::text[]) AS payload";

    /** PostgreSQL accepts payloads of less than 8000 bytes; the rest is for the other fields. */
    private static final int BYTES_OF_ORGANISATIONS = 7500;

    private final DatabaseClient database;
    private final Notifications notifications;
    private final JsonMapper json;
    private final List<Consumer<InstallationChange>> listeners = new CopyOnWriteArrayList<>();

    /** One connection listens, however many want to hear. */
    private final Flux<InstallationChange> heard = Flux.defer(this::notices).share();

    ChangeNotifications(DatabaseClient database, Notifications notifications, JsonMapper json) {
        this.database = database;
        this.notifications = notifications;
        this.json = json;
    }

    /**
     * Notifies all replicas of a change when the transaction in progress is committed.
     *
     * @param defaultOf the organisations whose default grant the installation has become
     */
    Mono<Void> send(Installation changed, Set<String> defaultOf) {
        return database.sql(NOTIFY)
                .bind("payloads", payloads(changed, defaultOf).toArray(String[]::new))
                .then();
    }

    private List<String> payloads(Installation changed, Set<String> defaultOf) {
        List<List<String>> chunks = defaultOf.isEmpty() ? List.of(main(changed)) : chunks(defaultOf);
        return chunks.stream()
                .map(chunk ->
                        new Payload(changed.id().value(), changed.platform().id(), chunk, !defaultOf.isEmpty()))
                .map(json::writeValueAsString)
                .toList();
    }

    /** The version before evicts its whole platform where it finds no organisation. */
    private static List<String> main(Installation changed) {
        return changed.organisations().stream().map(Organisation::id).limit(1).toList();
    }

    /** As many in each as one payload can hold. */
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
    void publishLocally(Installation changed, Set<String> defaultOf) {
        Changed change = new Changed(changed.id(), changed.platform().id(), defaultOf);
        listeners.forEach(listener -> listener.accept(change));
    }

    Disposable listen(Consumer<InstallationChange> listener) {
        listeners.add(listener);
        return Disposables.composite(heard.subscribe(listener), () -> listeners.remove(listener));
    }

    private Flux<InstallationChange> notices() {
        return notifications.on(CHANNEL).flatMapIterable(notice -> switch (notice) {
            case ListenerEvent.Received received -> changes(received.payload());
            case ListenerEvent.Listening listening -> List.of(new Missed());
            case ListenerEvent.Lost lost -> List.of(new Missed());
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
     * What is sent. One change with many organisations is several of them.
     *
     * @param organisations those whose default grant the installation has become; where it has not, its main one, for the
     *     version before
     * @param moved whether it has become a default grant. Null: sent by the version before, which names all organisations
     *     that the installation reaches, or none where they are too many
     */
    private record Payload(
            UUID id,
            String platform,
            List<String> organisations,
            @Nullable Boolean moved) {

        List<InstallationChange> changes() {
            Set<String> defaultOf = Boolean.FALSE.equals(moved) ? Set.of() : new HashSet<>(organisations);
            Changed change = new Changed(new InstallationId(id), platform, defaultOf);
            return moved == null && organisations.isEmpty() ? List.of(change, new Missed()) : List.of(change);
        }
    }
}
