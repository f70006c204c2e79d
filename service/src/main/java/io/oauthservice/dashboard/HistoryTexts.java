package io.oauthservice.dashboard;

import io.oauthservice.audit.History;
import io.oauthservice.installation.InstallationStatus;
import java.time.Instant;
import java.util.Objects;

/** Entries of a history as text for people. */
final class HistoryTexts {

    private HistoryTexts() {}

    /**
     * What has happened; the action itself where this version does not know it.
     *
     * @param platform the platform's display name
     */
    static String of(History.Entry entry, String platform) {
        return switch (entry.action()) {
            case "installation.created" -> "Connected";
            case "installation.reconnected" -> "Reconnected";
            case "installation.claimed" -> "Claimed";
            case "installation.unclaimed" -> "Found at " + platform + ", not claimed";
            case "installation.requested" -> "Approval requested at " + platform;
            case "installation.request-expired" -> "Request for approval expired";
            case "installation.suspended" -> withReason("Suspended", entry, platform);
            case "installation.resumed" -> "No longer suspended";
            case "installation.updated" -> updateText(String.valueOf(entry.cause()));
            case "installation.labels-changed" -> "Labels changed";
            case "installation.reconnect-due" -> "Must be reconnected soon";
            case "installation.reconnect-required" -> withReason("Needs reconnect", entry, platform);
            case "installation.revoked" -> withReason("Disconnected", entry, platform);
            case "link.created" -> "Install link created to reconnect it";
            case "link.opened" -> "Install link opened";
            case "link.completed" -> "Install link used";
            case "link.withdrawn" -> "Install link withdrawn";
            case "token.refreshed" -> "Token refreshed";
            case "token.rejected" -> "Token rejected by " + platform;
            case "token.read" -> reads(entry);
            case "operation.replay" -> "Events requested again";
            case "operation.release" -> "Blocked events released";
            default -> entry.action();
        };
    }

    private static String withReason(String label, History.Entry entry, String platform) {
        String reason = InstallationStatus.of(Objects.requireNonNullElse(entry.status(), ""))
                .map(status ->
                        StatusTexts.of(status, entry.statusReason(), platform).reason())
                .orElse("");
        return reason.isEmpty() ? label : label + ". " + reason;
    }

    private static String updateText(String cause) {
        return switch (cause) {
            case "scopes" -> "Scopes changed";
            case "permissions" -> "Permissions changed";
            case "organisations" -> "Organisations changed";
            case "default_changed" -> "Default connection of an organisation changed";
            default -> "Changed";
        };
    }

    /** Reads are counted by the hour. */
    private static String reads(History.Entry entry) {
        String text = "Token " + (entry.count() == 0 ? "" : "read " + times(entry.count()))
                + (entry.count() == 0 || entry.notModified() == 0 ? "" : ", and ")
                + (entry.notModified() == 0 ? "" : "found unchanged " + times(entry.notModified()));
        Instant last = entry.lastAt();
        String until = entry.count() + entry.notModified() == 1 ? ", at " : ", last at ";
        return last == null ? text : text + until + Time.ofKnown(last).timeOfDay();
    }

    private static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }
}
