package io.oauthservice.link;

import io.oauthservice.core.Platform;
import io.oauthservice.installation.InstallationId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An install link without its secret.
 *
 * @param status by the database's clock, when it was read
 * @param awaitsApproval whether its request waits for approval at the provider
 * @param installationId what it has connected; null: nothing yet
 */
public record InstallLink(
        UUID id,
        Terms terms,
        Instant expiresAt,
        LinkStatus status,
        boolean awaitsApproval,
        @Nullable InstallationId installationId) {

    /**
     * The purpose of a link.
     *
     * @param createdBy the name of the caller that created it
     * @param visibleOrganisations the ids of the organisations that this caller is limited to; null: not limited
     * @param returnTo the final target of the browser; null for a plain result page
     * @param openerOrigin of the page that opens the link in a window and gets the outcome; null: none
     * @param labels those of the installation that it connects
     * @param expected the account that has to be connected; null: any
     */
    public record Terms(
            Platform platform,
            String createdBy,
            @Nullable List<String> visibleOrganisations,
            @Nullable String returnTo,
            @Nullable String openerOrigin,
            Map<String, String> labels,
            @Nullable ExpectedAccount expected) {

        /** The installation that has to be reconnected; null: the link is not for a known one. */
        public @Nullable InstallationId reconnected() {
            return expected instanceof ExpectedAccount.OfInstallation installation ? installation.id() : null;
        }
    }

    /** The account that a person has to connect. */
    public sealed interface ExpectedAccount {

        /** An organisation, by its id. */
        record OfOrganisation(String id) implements ExpectedAccount {}

        /** A known installation, which is to be reconnected. */
        record OfInstallation(InstallationId id, String grantKey) implements ExpectedAccount {}
    }
}
