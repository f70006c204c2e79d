package io.oauthservice.events;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an installation: one organisation's (or user's) grant at one platform. No event carries a
 * token.
 *
 * <p>Events arrive at least once. Drop what was seen by the header {@code ce_id}; within one installation
 * {@link #sequence()} rises by one per event, so a lower one that arrives later is old news.
 *
 * <p>On the wire an event is JSON with names in snake_case. Instants are ISO-8601 strings in UTC, such as
 * {@code 2026-03-01T12:00:00Z}; Jackson 3 reads them as it is, Jackson 2 needs its {@code JavaTimeModule}
 * ({@code jackson-datatype-jsr310}). What is {@code null} here may be null or absent there. Fields that a consumer does
 * not know are ignored: a version may gain optional ones.
 */
public sealed interface InstallationEvent
        permits InstallationCreated,
                InstallationUpdated,
                InstallationReconnectRequired,
                InstallationReconnectDue,
                InstallationRevoked,
                InstallationSnapshot,
                TokenRefreshed {

    /** The topic that all events go to, keyed by the installation's id. */
    String TOPIC = "oauth.installation-events";

    /** The id of the installation, which stays the same when it is reconnected. Also the record's key. */
    UUID installationId();

    /** The platform's name, such as {@code github}, {@code jira} or {@code slack}. More may be added at any time. */
    String platform();

    /** The organisation that the grant is filed under; null where it belongs to none, as a user's own grant may. */
    @Nullable
    Organisation organisation();

    /**
     * The place of this event among those of the same installation: 1, 2, 3 and so on, without gaps. A snapshot is no event
     * of its own and has the latest one's.
     */
    long sequence();

    /** When the change was made, by the clock of the service's database. */
    Instant occurredAt();

    /** The CloudEvents type and version, such as {@code io.oauthservice.installation.created.v1}. Not in the JSON. */
    String type();
}
