package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The webhooks of one platform. An optional capability: a platform without a secret has no webhook endpoint. */
public interface WebhookSource {

    Platform platform();

    /** Whether a secret is configured. */
    boolean isEnabled();

    /** The largest body, in bytes. */
    int maxBodySize();

    /**
     * Starts the verification of a delivery.
     *
     * @param headers a header's value by its name, null where it is absent
     * @return empty where the signature is missing or malformed, or where its timestamp is stale
     */
    Optional<WebhookSignature> signature(Function<String, @Nullable String> headers);

    /** Whether the body has to be read: false if the headers name an event that changes no grant. */
    boolean isRelevant(Function<String, @Nullable String> headers);

    /**
     * Reads a delivery whose signature is valid. The headers are not signed: they count only if the body agrees.
     *
     * @throws ProviderException.BadRequest where the body lacks what its event must have
     */
    Webhook read(Function<String, @Nullable String> headers, JsonNode body);
}
