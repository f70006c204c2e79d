package io.oauthservice.installation;

import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationLabelsChanged;
import io.oauthservice.events.InstallationReconnectDue;
import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.events.InstallationRevoked;
import io.oauthservice.events.InstallationSnapshot;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.events.Organisation;
import io.oauthservice.events.TokenRefreshed;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The events of an installation's changes, built from the row as the change left it. */
public final class InstallationEvents {

    private InstallationEvents() {}

    static InstallationEvent created(Installation after, InstallationCreated.Cause cause) {
        return new InstallationCreated(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                cause,
                after.externalInstallId(),
                after.scopes(),
                after.permissions(),
                organisations(after),
                after.installedBy(),
                after.labels());
    }

    static InstallationEvent updated(Installation after, InstallationUpdated.Cause cause) {
        return new InstallationUpdated(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                cause,
                status(after),
                after.labels());
    }

    /** The reason of its status is the cause. */
    static InstallationEvent reconnectRequired(Installation after) {
        String reason = Objects.requireNonNull(after.statusReason()).toUpperCase(Locale.ROOT);
        return new InstallationReconnectRequired(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                InstallationReconnectRequired.Cause.valueOf(reason),
                after.labels());
    }

    static InstallationEvent reconnectDue(Installation after) {
        return new InstallationReconnectDue(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                Objects.requireNonNull(after.reconnectBy()),
                after.labels());
    }

    static InstallationEvent revoked(Installation after, InstallationRevoked.Cause cause) {
        return new InstallationRevoked(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                cause,
                after.labels());
    }

    static InstallationEvent labelsChanged(Installation after) {
        return new InstallationLabelsChanged(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                after.labels());
    }

    public static InstallationEvent refreshed(Installation after, TokenRefreshed.Cause cause) {
        return new TokenRefreshed(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                cause,
                after.tokens().version(),
                after.tokens().expiresAt(),
                Objects.requireNonNull(after.tokens().fingerprint()),
                after.labels());
    }

    static InstallationEvent snapshot(Installation after) {
        return new InstallationSnapshot(
                after.id().value(),
                after.platform().id(),
                organisation(after),
                after.sequence(),
                after.updatedAt(),
                status(after),
                after.statusReason(),
                after.externalInstallId(),
                after.scopes(),
                after.permissions(),
                organisations(after),
                after.installedBy(),
                after.tokens().version(),
                after.isActive() ? after.tokens().expiresAt() : null,
                after.isActive() ? after.tokens().fingerprint() : null,
                after.labels());
    }

    private static InstallationUpdated.Status status(Installation after) {
        return InstallationUpdated.Status.valueOf(after.status().name());
    }

    private static List<Organisation> organisations(Installation after) {
        return after.organisations().stream()
                .map(org -> new Organisation(org.id(), org.name(), org.url()))
                .toList();
    }

    private static @Nullable Organisation organisation(Installation after) {
        String id = after.externalOrgId();
        return id == null ? null : new Organisation(id, after.externalOrgName(), null);
    }
}
