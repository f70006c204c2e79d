package io.oauthservice.installation;

import com.fasterxml.jackson.annotation.JsonValue;
import io.oauthservice.events.InstallationCreated.Cause;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The status of an installation. */
public enum InstallationStatus {
    /** Installed at the provider without a request from here. */
    UNCLAIMED,
    /** Requested; an owner at the provider must approve it. */
    PENDING_APPROVAL,
    /** Has a grant whose tokens are returned. */
    ACTIVE,
    /** Suspended at the provider, or reported as ended there and not confirmed; active again when that is over. */
    SUSPENDED,
    /** The grant has ended; it must be connected again. */
    NEEDS_RECONNECT,
    /** Revoked by us, or uninstalled at the provider. */
    REVOKED;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The code in tables, responses and events. */
    @JsonValue
    public String code() {
        return code;
    }

    /** Whether there is a grant, though it may have ended at the provider. */
    boolean isConnected() {
        return switch (this) {
            case ACTIVE, SUSPENDED, NEEDS_RECONNECT -> true;
            case UNCLAIMED, PENDING_APPROVAL, REVOKED -> false;
        };
    }

    /**
     * The cause in the event of an installation that had this status and becomes active.
     *
     * @param sequence the installation's sequence before the change; 0: it has had no event and is new to consumers
     */
    Cause createdCause(long sequence) {
        return switch (this) {
            case PENDING_APPROVAL -> Cause.INSTALLED;
            case UNCLAIMED, REVOKED -> sequence == 0 ? Cause.INSTALLED : Cause.RECONNECTED;
            case ACTIVE, SUSPENDED, NEEDS_RECONNECT -> Cause.RECONNECTED;
        };
    }

    public static Optional<InstallationStatus> of(String code) {
        return Arrays.stream(values())
                .filter(status -> status.code().equals(code))
                .findFirst();
    }
}
