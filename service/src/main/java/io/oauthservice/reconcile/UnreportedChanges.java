package io.oauthservice.reconcile;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.core.Platform;
import org.springframework.stereotype.Component;

/**
 * Counts the changes at the platforms that no webhook reported: more than a few mean that webhooks are lost. Only
 * {@code restored} is also counted after a webhook.
 */
@Component
class UnreportedChanges {

    private final MeterRegistry meters;

    UnreportedChanges(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * @param change what was found: {@code found}, {@code updated}, {@code organisations}, {@code ended},
     *     {@code restored}, or the new status
     */
    void count(Platform platform, String change) {
        Counter.builder("oauth.reconciliation.changes")
                .description("Changes at the platforms that no webhook has reported")
                .tag("platform", platform.id())
                .tag("change", change)
                .register(meters)
                .increment();
    }
}
