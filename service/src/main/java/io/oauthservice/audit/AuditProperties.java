package io.oauthservice.audit;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The audit.
 *
 * @param keep how long entries are kept
 * @param keepReads how long entries of token reads are kept; at most as long as the others
 * @param reads whether token reads are recorded
 * @param newWithin within what time the first read of a token by a caller is stored
 * @param countsEvery how often the counts of further reads are stored
 * @param maxKeys how many combinations of caller, installation and token may wait in memory to be stored; further ones
 *     are counted by issuer and platform
 * @param fullAddress whether the whole address of a sender is stored, not only its network
 */
@ConfigurationProperties("oauth.audit")
record AuditProperties(
        @DefaultValue("400d") Duration keep,
        @DefaultValue("90d") Duration keepReads,
        @DefaultValue("true") boolean reads,
        @DefaultValue("10s") Duration newWithin,
        @DefaultValue("10m") Duration countsEvery,
        @DefaultValue("100000") int maxKeys,
        @DefaultValue("false") boolean fullAddress) {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    AuditProperties {
        if (keepReads.compareTo(Duration.ofHours(1)) < 0 || keepReads.compareTo(keep) > 0) {
            throw new SettingException("oauth.audit.keep-reads", "must be between an hour and oauth.audit.keep");
        }
        if (newWithin.compareTo(SHORTEST) < 0) {
            throw new SettingException("oauth.audit.new-within", "must be at least " + SHORTEST);
        }
        SettingException.requireShorter("oauth.audit.new-within", newWithin, "oauth.audit.counts-every", countsEvery);
        if (maxKeys < 1 || maxKeys > 1_000_000) {
            throw new SettingException("oauth.audit.max-keys", "must be between 1 and 1000000");
        }
    }
}
