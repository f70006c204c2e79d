package io.oauthservice.grant;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The remaining life below which a token is refreshed.
 *
 * @param margin before it is returned, if the old token survives a refresh; at most a quarter of its life
 * @param lateMargin the same if the old token does not survive a refresh
 * @param aheadMargin by the scheduled refresh, at the earliest; at most a third of its life
 */
@Validated
@ConfigurationProperties("oauth.freshness")
record FreshnessProperties(
        @DefaultValue("5m") Duration margin,
        @DefaultValue("30s") Duration lateMargin,
        @DefaultValue("10m") Duration aheadMargin) {}
