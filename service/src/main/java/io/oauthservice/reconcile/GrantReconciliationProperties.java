package io.oauthservice.reconcile;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How often the grants of platforms that list no installations are compared with the platform. The intervals of the
 * other platforms have the same prefix: {@link ListReconciliationJob.Properties}.
 *
 * @param grants how often each grant is compared
 * @param lastingGrants how often a grant whose token does not expire is compared: no refresh shows its end
 * @param lookEvery how often the job looks for grants that are due
 * @param pace the shortest time between two grants of one platform, on each replica
 */
@Validated
@ConfigurationProperties("oauth.reconcile")
record GrantReconciliationProperties(
        @DefaultValue("24h") Duration grants,
        @DefaultValue("6h") Duration lastingGrants,
        @DefaultValue("10s") Duration lookEvery,
        @DefaultValue("1s") Duration pace) {

    GrantReconciliationProperties {
        requireAtLeast("grants", grants, Duration.ofMinutes(1));
        requireAtLeast("lasting-grants", lastingGrants, Duration.ofMinutes(1));
        requireAtLeast("look-every", lookEvery, Duration.ofMillis(1));
        requireAtLeast("pace", pace, Duration.ofMillis(1));
        SettingException.require(
                pace.multipliedBy(GrantReconciliationJob.BATCH_SIZE).compareTo(DueGrants.TAKEN_FOR) < 0,
                "oauth.reconcile.pace",
                "times " + GrantReconciliationJob.BATCH_SIZE + " must be less than " + DueGrants.TAKEN_FOR
                        + ", after which other replicas take the same grants");
    }

    private static void requireAtLeast(String name, Duration value, Duration shortest) {
        SettingException.require(
                value.compareTo(shortest) >= 0, "oauth.reconcile." + name, "must be at least " + shortest);
    }
}
