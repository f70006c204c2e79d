package io.oauthservice.sandbox.control;

import java.util.List;

/** A provider with webhooks. The act {@code deliver} sends again what it recorded. */
public interface SendsWebhooks {

    /**
     * The most recent webhooks, oldest first; also those that were not sent while the setting {@code webhooks} was off.
     */
    List<RecordedWebhook> webhooks();

    /** An id that no delivery has. */
    String newDeliveryId();
}
