package io.oauthservice.dashboard;

import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.listing.InstallationCounts.Count;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderHealth;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A configured platform on the page: its health, and how many installations it has.
 *
 * @param health what is wrong, and what happens next; empty: nothing is
 */
record ShownPlatform(String id, String name, String health, List<StatusCount> counts) {

    /** @param counts of all platforms */
    static ShownPlatform of(GuardedProvider provider, List<Count> counts) {
        String id = provider.platform().id();
        return new ShownPlatform(
                id,
                provider.displayName(),
                health(provider.health()),
                counts.stream()
                        .filter(count -> count.platform().equals(id))
                        .flatMap(count -> StatusCount.of(count).stream())
                        .sorted(Comparator.comparing(StatusCount::status))
                        .toList());
    }

    private static String health(ProviderHealth health) {
        Time retryAt = Time.of(health.retryAt());
        return switch (health.state()) {
            case OK -> "";
            case CIRCUIT_OPEN ->
                "It does not answer. It is called again "
                        + (retryAt == null ? "in a moment." : "at " + retryAt.text() + ".");
            case HALF_OPEN -> "It did not answer. A few calls check whether it does now.";
            case CREDENTIALS_REJECTED ->
                "It rejects the credentials of this service. An operator must correct them; nothing needs to be"
                        + " reconnected.";
        };
    }

    boolean healthy() {
        return health.isEmpty();
    }

    boolean hasCounts() {
        return !counts.isEmpty();
    }

    /** @param address the list of these installations */
    record StatusCount(InstallationStatus status, String label, long installations, String address) {

        /** Empty for a status of a later version. */
        static Optional<StatusCount> of(Count count) {
            return InstallationStatus.of(count.status())
                    .map(status -> new StatusCount(
                            status,
                            StatusTexts.label(status),
                            count.installations(),
                            ListQuery.address(count.platform(), count.status())));
        }

        String code() {
            return status.code();
        }
    }
}
