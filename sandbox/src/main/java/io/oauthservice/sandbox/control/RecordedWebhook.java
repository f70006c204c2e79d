package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.control.WebhookSender.Message;
import io.oauthservice.sandbox.control.WebhookSender.Response;
import org.jspecify.annotations.Nullable;

/** A webhook with its payload, which can be sent any number of times. */
public interface RecordedWebhook {

    /** The event, and its action where it has one: {@code installation.deleted}. */
    String name();

    /**
     * The request, correctly signed now.
     *
     * @param deliveryId replaces the webhook's id; null keeps it
     * @param event replaces the event in the headers; null keeps it
     * @throws InvalidInput if the provider has no such header
     */
    Message message(@Nullable String deliveryId, @Nullable String event);

    /** The service's reply to an unchanged message. */
    default void answered(Response response) {}
}
