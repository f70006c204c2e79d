package io.oauthservice.events;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change of an installation, which is one organisation's (or user's) grant at one platform. No event contains a
 * token.
 *
 * <p>Events arrive at least once. Discard duplicates by the header {@code ce_id}. Within one installation
 * {@link #sequence()} increases by one per event, so an event with a lower sequence that arrives later is outdated.
 *
 * <p>On the wire an event is JSON with names in snake_case. Instants are ISO-8601 strings in UTC, such as {@code
 * 2026-03-01T12:00:00Z}; Jackson 3 reads them by default, Jackson 2 needs its {@code JavaTimeModule} ({@code
 * jackson-datatype-jsr310}). A property that is {@code null} here may be null or absent in the JSON. Fields that a
 * consumer does not know are ignored, because a version may add optional ones.
 */
public sealed interface InstallationEvent
        permits InstallationCreated,
                InstallationUpdated,
                InstallationReconnectRequired,
                InstallationReconnectDue,
                InstallationRevoked,
                InstallationLabelsChanged,
                InstallationSnapshot,
                TokenRefreshed {

    /** The topic of all events; the key is the installation's id. */
    String TOPIC = "oauth.installation-events";

    /** The id of the installation, which stays the same when it is reconnected. Also the record's key. */
    UUID installationId();

    /** The platform's name, such as {@code github}, {@code jira} or {@code slack}. More may be added at any time. */
    String platform();

    /** The grant's main organisation; null if it belongs to none, as with a user's own grant. */
    @Nullable
    Organisation organisation();

    /**
     * The number of this event among those of the same installation: 1, 2, 3 and so on. There can be gaps: a replay has
     * only the events that are still kept, and an operator may skip one. A snapshot has the number of the latest event.
     */
    long sequence();

    /** When the change was made, by the clock of the service's database. */
    Instant occurredAt();

    /**
     * The labels that callers have given to the installation, such as {@code team} to {@code search}; empty if it has
     * none. Null in an event of a version of the service without labels.
     */
    @Nullable
    Map<String, String> labels();

    /** The CloudEvents type and version, such as {@code io.oauthservice.installation.created.v1}. Not in the JSON. */
    String type();
}
