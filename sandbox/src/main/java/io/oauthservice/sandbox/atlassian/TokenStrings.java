package io.oauthservice.sandbox.atlassian;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/**
 * Generates codes and tokens in Atlassian's format: they look like JWTs, with the usual claims and a random signature,
 * but clients must treat them as opaque.
 */
final class TokenStrings {

    private static final String HEADER = base64("{\"kid\":\"sandbox\",\"typ\":\"JWT\",\"alg\":\"RS256\"}");
    private static final int SIGNATURE = 342;

    private final ProviderContext context;

    TokenStrings(ProviderContext context) {
        this.context = context;
    }

    /** About 860 characters. */
    String code(User user) {
        return text(claims(user.accountId(), "CODE"), 180);
    }

    /** More than 1,024 characters. */
    String accessToken(TokenFamily family) {
        ObjectNode claims = claims(family.accountId(), "ACCESS")
                .put("aud", App.CLIENT_ID)
                .put("client_id", App.CLIENT_ID)
                .put("scope", String.join(" ", family.scopes()));
        return text(claims, 500);
    }

    /** More than 1,024 characters. */
    String refreshToken(TokenFamily family) {
        return text(claims(family.accountId(), "ROTATING_REFRESH"), 420);
    }

    private ObjectNode claims(String accountId, String type) {
        return Json.object()
                .put("jti", context.randomLetters(36))
                .put("sub", accountId)
                .put("iss", "https://auth.atlassian.com")
                .put("iat", context.visibleNow().getEpochSecond())
                .put("https://id.atlassian.com/atl_token_type", type);
    }

    private String text(ObjectNode claims, int filling) {
        claims.put("https://id.atlassian.com/session", context.randomLetters(filling));
        return HEADER + "." + base64(claims.toString()) + "." + context.randomLetters(SIGNATURE);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
