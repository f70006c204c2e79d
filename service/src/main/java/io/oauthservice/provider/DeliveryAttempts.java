package io.oauthservice.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of attempts to deliver webhooks.
 *
 * @param next the cursor of the next page; null: there is none
 */
public record DeliveryAttempts(
        List<Attempt> attempts, @Nullable String next) {

    public DeliveryAttempts {
        attempts = List.copyOf(attempts);
    }

    /**
     * An attempt.
     *
     * @param id of the attempt
     * @param deliveryId the same for all attempts of one delivery
     * @param irreplaceable whether only this delivery contains what it reports
     * @param successful whether it was answered with a success
     */
    public record Attempt(String id, String deliveryId, boolean irreplaceable, boolean successful) {}
}
