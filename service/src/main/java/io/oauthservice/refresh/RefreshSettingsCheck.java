package io.oauthservice.refresh;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Rejects settings of several features whose combination could lose refreshed tokens. */
@Component
class RefreshSettingsCheck {

    RefreshSettingsCheck(
            RefreshProperties refresh,
            SweepProperties sweep,
            @Value("${oauth.provider-guard.concurrent-calls}") int calls,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration shutdown) {
        int refreshes = refresh.concurrency() + sweep.concurrency();
        SettingException.require(
                refreshes <= calls,
                "oauth.refresh.concurrency",
                "plus oauth.refresh.sweep.concurrency is " + refreshes
                        + " and must be at most oauth.provider-guard.concurrent-calls, which is " + calls);
        SettingException.requireShorter(
                "oauth.refresh.attempt-limit plus " + Refresher.STORE_LIMIT + " to store the tokens",
                refresh.attemptLimit().plus(Refresher.STORE_LIMIT),
                "spring.lifecycle.timeout-per-shutdown-phase",
                shutdown);
    }
}
