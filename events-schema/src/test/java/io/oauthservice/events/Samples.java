package io.oauthservice.events;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** One event of each type with all properties, and one with the required properties only. */
final class Samples {

    private static final UUID ID = UUID.fromString("0190b6a2-7c5e-7d1a-9a55-3f1f6f0c2b11");
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-03-01T20:00:00.123456Z");
    private static final Organisation ACME = new Organisation("1001", "Acme", "https://github.com/acme");
    private static final Organisation NAMELESS = new Organisation("1002", null, null);
    private static final String FINGERPRINT = "sha256:0123456789abcdef0123456789abcdef";

    private static final Map<String, String> LABELS = Map.of("team", "search", "tier", "1");

    private Samples() {}

    static Stream<InstallationEvent> all() {
        return Stream.concat(full(), sparse());
    }

    static Stream<InstallationEvent> full() {
        return Stream.of(
                new InstallationCreated(
                        ID,
                        "github",
                        ACME,
                        1,
                        NOON,
                        InstallationCreated.Cause.INSTALLED,
                        "42",
                        List.of("repo", "read:org"),
                        Map.of("contents", "read", "issues", "write"),
                        List.of(ACME, NAMELESS),
                        "octocat",
                        LABELS),
                new InstallationUpdated(
                        ID,
                        "github",
                        ACME,
                        2,
                        NOON,
                        InstallationUpdated.Cause.DEFAULT_CHANGED,
                        InstallationUpdated.Status.ACTIVE,
                        LABELS),
                new InstallationReconnectRequired(
                        ID, "jira", ACME, 3, NOON, InstallationReconnectRequired.Cause.LOST_REPLY, LABELS),
                new InstallationReconnectDue(ID, "jira", ACME, 4, NOON, LATER, LABELS),
                new InstallationRevoked(ID, "slack", ACME, 5, NOON, InstallationRevoked.Cause.UNINSTALLED, LABELS),
                new InstallationLabelsChanged(ID, "slack", ACME, 6, NOON, LABELS),
                new InstallationSnapshot(
                        ID,
                        "github",
                        ACME,
                        6,
                        NOON,
                        InstallationUpdated.Status.NEEDS_RECONNECT,
                        "refresh_refused",
                        "42",
                        List.of("repo", "read:org"),
                        Map.of("contents", "read", "issues", "write"),
                        List.of(ACME, NAMELESS),
                        "octocat",
                        7,
                        LATER,
                        FINGERPRINT,
                        LABELS),
                new TokenRefreshed(
                        ID, "slack", ACME, 6, NOON, TokenRefreshed.Cause.EXPIRING, 7, LATER, FINGERPRINT, LABELS));
    }

    static Stream<InstallationEvent> sparse() {
        return Stream.of(
                new InstallationCreated(
                        ID,
                        "slack",
                        null,
                        1,
                        NOON,
                        InstallationCreated.Cause.RECONNECTED,
                        null,
                        List.of(),
                        Map.of(),
                        List.of(),
                        null,
                        null),
                new InstallationUpdated(
                        ID,
                        "github",
                        NAMELESS,
                        2,
                        NOON,
                        InstallationUpdated.Cause.SUSPENDED,
                        InstallationUpdated.Status.SUSPENDED,
                        null),
                new InstallationReconnectRequired(
                        ID, "jira", null, 3, NOON, InstallationReconnectRequired.Cause.NO_SITES, null),
                new InstallationReconnectDue(ID, "jira", null, 4, NOON, LATER, null),
                new InstallationRevoked(ID, "slack", null, 5, NOON, InstallationRevoked.Cause.BY_US, null),
                new InstallationLabelsChanged(ID, "slack", null, 6, NOON, Map.of()),
                new InstallationSnapshot(
                        ID,
                        "slack",
                        null,
                        6,
                        NOON,
                        InstallationUpdated.Status.REVOKED,
                        null,
                        null,
                        List.of(),
                        Map.of(),
                        List.of(),
                        null,
                        8,
                        null,
                        null,
                        null),
                new TokenRefreshed(
                        ID, "slack", null, 6, NOON, TokenRefreshed.Cause.FORCED, 7, null, FINGERPRINT, null));
    }
}
