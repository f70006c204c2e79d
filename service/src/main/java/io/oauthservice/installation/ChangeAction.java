package io.oauthservice.installation;

import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationLabelsChanged;
import io.oauthservice.events.InstallationReconnectDue;
import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.events.InstallationRevoked;
import io.oauthservice.events.InstallationSnapshot;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.events.TokenRefreshed;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name of a change in the audit. It may be more specific than the event's type: {@code installation.suspended} has
 * an event of the type {@code installation.updated}.
 *
 * @param cause of the event; null: there is none
 */
record ChangeAction(String name, @Nullable Enum<?> cause) {

    static final ChangeAction CLAIMED = new ChangeAction("installation.claimed", null);
    static final ChangeAction LABELS_CHANGED = new ChangeAction("installation.labels-changed", null);
    static final ChangeAction REVOKED = new ChangeAction("installation.revoked", null);

    /** Found at the provider without a flow of this service. */
    static final ChangeAction UNCLAIMED = new ChangeAction("installation.unclaimed", null);

    static final ChangeAction UPDATED = new ChangeAction("installation.updated", null);

    /** An owner at the provider has to approve it. */
    static final ChangeAction REQUESTED = new ChangeAction("installation.requested", null);

    static final ChangeAction REQUEST_EXPIRED = new ChangeAction("installation.request-expired", null);

    /** The provider rejects the access token, which is no longer returned. */
    static final ChangeAction TOKEN_REJECTED = new ChangeAction("token.rejected", null);

    static ChangeAction of(InstallationEvent event) {
        return switch (event) {
            case InstallationCreated created -> ofCreated(created.cause());
            case InstallationUpdated updated -> ofUpdated(updated.cause());
            case InstallationReconnectRequired required ->
                new ChangeAction("installation.reconnect-required", required.cause());
            case InstallationReconnectDue due -> new ChangeAction("installation.reconnect-due", null);
            case InstallationRevoked revoked -> new ChangeAction(REVOKED.name(), revoked.cause());
            case InstallationLabelsChanged changed -> LABELS_CHANGED;
            case TokenRefreshed refreshed -> new ChangeAction("token.refreshed", refreshed.cause());
            case InstallationSnapshot snapshot -> throw new IllegalArgumentException("A snapshot is no change");
        };
    }

    private static ChangeAction ofCreated(InstallationCreated.Cause cause) {
        return switch (cause) {
            case INSTALLED -> new ChangeAction("installation.created", cause);
            case RECONNECTED -> new ChangeAction("installation.reconnected", cause);
        };
    }

    private static ChangeAction ofUpdated(InstallationUpdated.Cause cause) {
        return switch (cause) {
            case SUSPENDED -> new ChangeAction("installation.suspended", cause);
            case RESUMED -> new ChangeAction("installation.resumed", cause);
            case SCOPES, PERMISSIONS, ORGANISATIONS, DEFAULT_CHANGED -> new ChangeAction(UPDATED.name(), cause);
        };
    }

    /** The details of the audit entry. */
    Map<String, Object> detail(Installation after) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("status", after.status().code());
        if (after.statusReason() != null) {
            detail.put("status_reason", after.statusReason());
        }
        if (cause != null) {
            detail.put("cause", cause.name().toLowerCase(Locale.ROOT));
        }
        detail.put("token_version", after.tokens().version());
        return detail;
    }
}
