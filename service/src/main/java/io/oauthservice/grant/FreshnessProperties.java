package io.oauthservice.grant;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much life a token must have left.
 *
 * @param margin to be handed out without a refresh, where the old one survives a refresh; never more than a quarter of its
 *     life
 * @param lateMargin the same where a refresh kills the old token
 * @param aheadMargin to be left alone by the sweep, at most; never more than a third of its life
 */
@Validated
@ConfigurationProperties("oauth.freshness")
record FreshnessProperties(
        @DefaultValue("5m") Duration margin,
        @DefaultValue("30s") Duration lateMargin,
        @DefaultValue("10m") Duration aheadMargin) {}
