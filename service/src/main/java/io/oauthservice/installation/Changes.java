package io.oauthservice.installation;

import io.oauthservice.database.Notice;
import io.oauthservice.database.Notifications;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Tells all replicas, with the commit of the transaction under way, that an installation has changed. */
@Component
class Changes {

    private static final String CHANNEL = "oauth_installations";
    private static final String TELL = "SELECT pg_notify('" + CHANNEL + "', :payload)";

    /** PostgreSQL takes payloads of less than 8000 bytes; an organisation's id has at most 255 characters. */
    private static final int MOST_ORGANISATIONS = 25;

    private final DatabaseClient database;
    private final Notifications notifications;
    private final JsonMapper json;
    private final List<Consumer<InstallationChange>> listeners = new CopyOnWriteArrayList<>();

    /** One connection listens, however many want to hear. */
    private final Flux<InstallationChange> heard = Flux.defer(this::notices).share();

    Changes(DatabaseClient database, Notifications notifications, JsonMapper json) {
        this.database = database;
        this.notifications = notifications;
        this.json = json;
    }

    /** Answers the installation it was given. */
    Mono<Installation> tell(Installation changed) {
        Changed told = told(changed);
        Payload payload = new Payload(told.id().value(), told.platform(), told.organisations());
        return database.sql(TELL)
                .bind("payload", json.writeValueAsString(payload))
                .then()
                .thenReturn(changed);
    }

    private static Changed told(Installation changed) {
        List<String> organisations =
                changed.organisations().stream().map(Organisation::id).toList();
        boolean tooMany = organisations.size() > MOST_ORGANISATIONS;
        return new Changed(changed.id(), changed.platform().id(), tooMany ? List.of() : organisations);
    }

    /** Tells this replica at once what PostgreSQL will tell it, and all others, in a moment. */
    void happened(Installation changed) {
        listeners.forEach(listener -> listener.accept(told(changed)));
    }

    Disposable listen(Consumer<InstallationChange> listener) {
        listeners.add(listener);
        return Disposables.composite(heard.subscribe(listener), () -> listeners.remove(listener));
    }

    private Flux<InstallationChange> notices() {
        return notifications.on(CHANNEL).map(notice -> switch (notice) {
            case Notice.Told told -> changed(told.payload());
            case Notice.Listening listening -> new Missed();
            case Notice.Lost lost -> new Missed();
        });
    }

    private InstallationChange changed(String text) {
        try {
            Payload payload = json.readValue(text, Payload.class);
            return new Changed(new InstallationId(payload.id()), payload.platform(), payload.organisations());
        } catch (JacksonException foreign) {
            return new Missed();
        }
    }

    private record Payload(UUID id, String platform, List<String> organisations) {}
}
