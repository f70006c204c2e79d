package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.audit.LastUse;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.listing.InstallationView;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An installation on a page, as its caller sees it.
 *
 * @param orgId empty where the account is shown by its id
 * @param others the number of further organisations; 0: there are none
 * @param tokenUntil null unless tokens are returned
 */
record ShownInstallation(
        String id,
        String platform,
        String account,
        String orgId,
        int others,
        String statusCode,
        StatusTexts status,
        Instant created,
        @Nullable Time since,
        String installedBy,
        @Nullable Time lastUsed,
        String lastUsedBy,
        @Nullable Time reconnectBy,
        @Nullable Time tokenUntil,
        List<String> scopes,
        List<String> missingScopes,
        List<Map.Entry<String, String>> permissions,
        List<Organisation> organisations,
        List<ShownLabel> labels) {

    /**
     * Empty if the caller may not see it.
     *
     * @param use null: it was never used
     * @param platform the platform's display name
     * @param selected what the links of its labels select further
     */
    static Optional<ShownInstallation> of(
            Installation installation, @Nullable LastUse use, Caller caller, String platform, ListQuery selected) {
        return InstallationView.of(installation, use, caller).map(view -> of(installation, view, platform, selected));
    }

    private static ShownInstallation of(
            Installation installation, InstallationView view, String platform, ListQuery selected) {
        String id = Objects.requireNonNullElse(view.externalOrgId(), "");
        String name = view.externalOrgName();
        return new ShownInstallation(
                view.id(),
                platform,
                name == null ? id : name,
                name == null ? "" : id,
                Math.max(0, view.orgs().size() - 1),
                view.status(),
                StatusTexts.of(installation, platform),
                view.createdAt(),
                Time.of(installation.statusSince()),
                Objects.requireNonNullElse(view.installedBy(), ""),
                Time.ofUse(view.lastUsedAt()),
                Objects.requireNonNullElse(view.lastUsedBy(), ""),
                installation.status() == InstallationStatus.REVOKED ? null : Time.of(view.reconnectBy()),
                installation.isActive() ? Time.of(view.tokenExpiresAt()) : null,
                view.scopes(),
                view.missingScopes(),
                List.copyOf(new TreeMap<>(view.permissions()).entrySet()),
                view.orgs(),
                view.labels().entrySet().stream()
                        .map(label -> ShownLabel.of(label.getKey() + ":" + label.getValue(), selected))
                        .toList());
    }

    /** For the title of a page, in which a right-to-left name must not reorder the rest. */
    String title() {
        return "\u2068" + account + "\u2069 (" + platform + ")";
    }

    boolean has(InstallationStatus other) {
        return statusCode.equals(other.code());
    }

    /** @param platformName the platform's display name */
    boolean isConnected(String platformName) {
        return platform.equals(platformName) && has(InstallationStatus.ACTIVE);
    }

    boolean covers(String organisation) {
        return organisations.stream().anyMatch(one -> one.id().equals(organisation));
    }

    boolean hasLabels() {
        return !labels.isEmpty();
    }

    boolean hasOthers() {
        return others > 0;
    }

    boolean hasScopes() {
        return !scopes.isEmpty();
    }

    boolean hasMissingScopes() {
        return !missingScopes.isEmpty();
    }

    boolean hasPermissions() {
        return !permissions.isEmpty();
    }

    /** @param address the list of the installations that have it */
    record ShownLabel(String text, String address) {

        static ShownLabel of(String text, ListQuery selected) {
            return new ShownLabel(text, selected.addressWith(text));
        }
    }
}
