package io.oauthservice.dashboard;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import org.jspecify.annotations.Nullable;

/**
 * The status of an installation as text for people.
 *
 * @param reason why it has this status; empty: that needs no explanation
 * @param todo what a person can do; empty: nothing needs to be done
 */
record StatusTexts(String label, String reason, String todo) {

    /** @param platform the platform's display name */
    static StatusTexts of(Installation installation, String platform) {
        return of(installation.status(), installation.statusReason(), platform);
    }

    static StatusTexts of(InstallationStatus status, @Nullable String reason, String platform) {
        return switch (status) {
            case ACTIVE -> new StatusTexts(label(InstallationStatus.ACTIVE), "", "");
            case UNCLAIMED ->
                texts(
                        InstallationStatus.UNCLAIMED,
                        "It was installed at " + platform + " without being connected here.",
                        "Claim it to use it.");
            case PENDING_APPROVAL ->
                texts(
                        InstallationStatus.PENDING_APPROVAL,
                        "An owner of the organisation must approve the request.",
                        "Ask an owner to approve it at " + platform + ".");
            case SUSPENDED -> ofSuspended(reason, platform);
            case NEEDS_RECONNECT -> ofNeedsReconnect(reason, platform);
            case REVOKED -> ofRevoked(reason, platform);
        };
    }

    static String label(InstallationStatus status) {
        return switch (status) {
            case ACTIVE -> "Connected";
            case UNCLAIMED -> "Not claimed";
            case PENDING_APPROVAL -> "Waiting for approval";
            case SUSPENDED -> "Suspended";
            case NEEDS_RECONNECT -> "Needs reconnect";
            case REVOKED -> "Disconnected";
        };
    }

    /**
     * The button that starts a flow for it; empty where a flow does not help: it is claimed, or an owner has to act at
     * the platform.
     */
    static String connect(InstallationStatus status) {
        return switch (status) {
            case ACTIVE, NEEDS_RECONNECT -> "Reconnect";
            case REVOKED -> "Connect again";
            case UNCLAIMED, PENDING_APPROVAL, SUSPENDED -> "";
        };
    }

    private static StatusTexts ofSuspended(@Nullable String reason, String platform) {
        return "unconfirmed".equals(reason)
                ? texts(
                        InstallationStatus.SUSPENDED,
                        platform + " has reported that it ended, and has not confirmed it yet.",
                        "Nothing to do: the status is updated with the next answer of " + platform + ".")
                : texts(
                        InstallationStatus.SUSPENDED,
                        "It is suspended at " + platform + ".",
                        "Ask an owner to unsuspend the app there. It will then be connected again automatically.");
    }

    private static StatusTexts ofNeedsReconnect(@Nullable String reason, String platform) {
        String text = switch (String.valueOf(reason)) {
            case "refresh_refused" -> platform + " has rejected the refresh of the token.";
            case "tokens_revoked" -> "The tokens were revoked at " + platform + ".";
            case "expired" -> "The grant has expired.";
            case "lost_reply" -> "The response of " + platform + " with the only valid token was lost.";
            case "no_sites" -> "The person who connected it has no site that was granted.";
            default -> "The grant has ended (" + reason + ").";
        };
        return texts(
                InstallationStatus.NEEDS_RECONNECT,
                text,
                "no_sites".equals(reason) ? "Reconnect it, and choose a site." : "Reconnect it.");
    }

    private static StatusTexts ofRevoked(@Nullable String reason, String platform) {
        String text = switch (String.valueOf(reason)) {
            case "by_us" -> "It was disconnected here.";
            case "uninstalled" -> "The app was uninstalled at " + platform + ".";
            case "request_expired" -> "The request was not approved within 30 days.";
            default -> "It has ended (" + reason + ").";
        };
        return texts(InstallationStatus.REVOKED, text, "Connect it again if it is needed.");
    }

    private static StatusTexts texts(InstallationStatus status, String reason, String todo) {
        return new StatusTexts(label(status), reason, todo);
    }
}
