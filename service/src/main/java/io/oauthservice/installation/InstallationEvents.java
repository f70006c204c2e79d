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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The events of an installation's changes, built from the row as the change left it. */
public final class InstallationEvents {

    private InstallationEvents() {}

    static InstallationEvent created(Installation i, InstallationCreated.Cause cause) {
        return new InstallationCreated(
                i.id().value(),
                i.platform().id(),
                organisation(i),
                i.sequence(),
                i.updatedAt(),
                cause,
                i.externalInstallId(),
                i.scopes(),
                i.permissions(),
                organisations(i),
                i.installedBy(),
                i.labels());
    }

    public static InstallationEvent updated(Installation i, InstallationUpdated.Cause cause) {
        return new InstallationUpdated(
                i.id().value(),
                i.platform().id(),
                organisation(i),
                i.sequence(),
                i.updatedAt(),
                cause,
                InstallationUpdated.Status.valueOf(i.status().name()),
                i.labels());
    }

    static InstallationEvent reconnectRequired(Installation i, InstallationReconnectRequired.Cause cause) {
        return new InstallationReconnectRequired(
                i.id().value(), i.platform().id(), organisation(i), i.sequence(), i.updatedAt(), cause, i.labels());
    }

    static InstallationEvent reconnectDue(Installation i) {
        return new InstallationReconnectDue(
                i.id().value(),
                i.platform().id(),
                organisation(i),
                i.sequence(),
                i.updatedAt(),
                Objects.requireNonNull(i.reconnectBy()),
                i.labels());
    }

    static InstallationEvent revoked(Installation i, InstallationRevoked.Cause cause) {
        return new InstallationRevoked(
                i.id().value(), i.platform().id(), organisation(i), i.sequence(), i.updatedAt(), cause, i.labels());
    }

    static InstallationEvent labelsChanged(Installation i) {
        return new InstallationLabelsChanged(
                i.id().value(), i.platform().id(), organisation(i), i.sequence(), i.updatedAt(), i.labels());
    }

    public static InstallationEvent refreshed(Installation i, TokenRefreshed.Cause cause) {
        return new TokenRefreshed(
                i.id().value(),
                i.platform().id(),
                organisation(i),
                i.sequence(),
                i.updatedAt(),
                cause,
                i.tokens().version(),
                i.tokens().expiresAt(),
                Objects.requireNonNull(i.tokens().fingerprint()),
                i.labels());
    }

    static InstallationEvent snapshot(Installation i) {
        return new InstallationSnapshot(
                i.id().value(),
                i.platform().id(),
                organisation(i),
                i.sequence(),
                i.updatedAt(),
                InstallationUpdated.Status.valueOf(i.status().name()),
                i.statusReason(),
                i.externalInstallId(),
                i.scopes(),
                i.permissions(),
                organisations(i),
                i.installedBy(),
                i.tokens().version(),
                i.isActive() ? i.tokens().expiresAt() : null,
                i.isActive() ? i.tokens().fingerprint() : null,
                i.labels());
    }

    private static List<Organisation> organisations(Installation i) {
        return i.organisations().stream()
                .map(org -> new Organisation(org.id(), org.name(), org.url()))
                .toList();
    }

    private static @Nullable Organisation organisation(Installation i) {
        String id = i.externalOrgId();
        return id == null ? null : new Organisation(id, i.externalOrgName(), null);
    }
}
