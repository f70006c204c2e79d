package io.oauthservice.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page of a platform's list of installations.
 *
 * @param next the cursor of the next page; null: there is none
 * @param callsPerHour how many calls the platform allows; null: it does not say
 */
public record ListedInstallations(
        List<Listed> installations,
        @Nullable String next,
        @Nullable Integer callsPerHour) {

    public ListedInstallations {
        installations = List.copyOf(installations);
    }

    /**
     * An installation of the list.
     *
     * @param permissions as granted
     * @param changedAt when it last changed at the platform
     */
    public record Listed(InstallationInfo info, Map<String, String> permissions, Instant changedAt) {}
}
