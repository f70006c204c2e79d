package io.oauthservice.issuer;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.oauthservice.startup.Addresses;
import java.net.URI;
import java.text.ParseException;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * An issuer's metadata (OpenID Connect Discovery). Fetched at first use, and again after five minutes. A failed fetch
 * is not tried again within {@link IssuerKeys#FETCH_INTERVAL}; callers get its failure.
 */
public final class IssuerMetadata {

    private final String issuer;
    private final CachedFetch<Map<String, Object>> fields;

    /**
     * Fetches nothing yet.
     *
     * @param issuer the exact value of {@code issuer} in the metadata
     */
    public IssuerMetadata(String issuer, IssuerHttp http) {
        this.issuer = issuer;
        this.fields =
                new CachedFetch<>(Mono.defer(() -> http.get(discovery(issuer))).map(this::parse), failure -> {});
    }

    /** Where the issuer publishes its metadata. */
    public static URI discovery(String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + "/.well-known/openid-configuration");
    }

    /** Whether the connection protects what is sent from modification. */
    public static boolean isSafe(URI uri) {
        return uri.getHost() != null && ("https".equals(uri.getScheme()) || Addresses.isLoopback(uri.getHost()));
    }

    /** The address in this field. Fails where the metadata are unavailable, of another issuer, or have no safe one. */
    public Mono<URI> address(String field) {
        return fields.fresh().map(found -> address(found, field));
    }

    private Map<String, Object> parse(String json) {
        try {
            Map<String, Object> found = JSONObjectUtils.parse(json);
            if (!issuer.equals(found.get("issuer"))) {
                throw new IllegalStateException("The metadata name another issuer");
            }
            return found;
        } catch (ParseException e) {
            throw new IllegalStateException("The metadata are not a JSON object", e);
        }
    }

    private static URI address(Map<String, Object> found, String field) {
        URI uri = URI.create(String.valueOf(found.get(field)));
        if (!isSafe(uri)) {
            throw new IllegalStateException("The " + field + " of the metadata does not begin with https://");
        }
        return uri;
    }
}
