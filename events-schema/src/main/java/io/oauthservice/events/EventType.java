package io.oauthservice.events;

import static java.util.Objects.requireNonNull;

import java.net.URL;
import java.util.Arrays;
import java.util.Optional;

/**
 * Every event type and version: the value of the header {@code ce_type}, the record to read the data into, and the JSON
 * Schema that the data follows.
 */
public enum EventType {
    INSTALLATION_CREATED_V1(InstallationCreated.TYPE, InstallationCreated.class, "installation-created.v1"),
    INSTALLATION_UPDATED_V1(InstallationUpdated.TYPE, InstallationUpdated.class, "installation-updated.v1"),
    INSTALLATION_RECONNECT_REQUIRED_V1(
            InstallationReconnectRequired.TYPE,
            InstallationReconnectRequired.class,
            "installation-reconnect-required.v1"),
    INSTALLATION_RECONNECT_DUE_V1(
            InstallationReconnectDue.TYPE, InstallationReconnectDue.class, "installation-reconnect-due.v1"),
    INSTALLATION_REVOKED_V1(InstallationRevoked.TYPE, InstallationRevoked.class, "installation-revoked.v1"),
    INSTALLATION_LABELS_CHANGED_V1(
            InstallationLabelsChanged.TYPE, InstallationLabelsChanged.class, "installation-labels-changed.v1"),
    INSTALLATION_SNAPSHOT_V1(InstallationSnapshot.TYPE, InstallationSnapshot.class, "installation-snapshot.v1"),
    TOKEN_REFRESHED_V1(TokenRefreshed.TYPE, TokenRefreshed.class, "token-refreshed.v1");

    private final String ceType;
    private final Class<? extends InstallationEvent> eventClass;
    private final String schemaName;

    EventType(String ceType, Class<? extends InstallationEvent> eventClass, String schemaName) {
        this.ceType = ceType;
        this.eventClass = eventClass;
        this.schemaName = schemaName;
    }

    /**
     * Finds the type by the header {@code ce_type}. Empty means that this version of the contract does not know it: a
     * consumer skips such an event, because new types and versions may appear on the topic at any time.
     */
    public static Optional<EventType> of(String ceType) {
        return Arrays.stream(values())
                .filter(type -> type.ceType.equals(ceType))
                .findFirst();
    }

    /** The JSON Schema (draft 2020-12) of the data that {@code ceType} announces; empty as in {@link #of}. */
    public static Optional<URL> schemaOf(String ceType) {
        return of(ceType).map(EventType::schema);
    }

    /** The value of the header {@code ce_type}, version included. */
    public String ceType() {
        return ceType;
    }

    /** The record that the data is read into. */
    public Class<? extends InstallationEvent> eventClass() {
        return eventClass;
    }

    /** The JSON Schema (draft 2020-12) of the data. */
    public URL schema() {
        String resource = "schema/" + schemaName + ".json";
        return requireNonNull(EventType.class.getResource(resource), resource);
    }
}
