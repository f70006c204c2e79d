package io.oauthservice.sandbox.atlassian;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of Atlassian's codes and tokens: as long as a JWT, with dots in it, and opaque. It claims the usual things,
 * but nobody is meant to believe them, and the signature is random.
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
                .put("jti", context.letters(36))
                .put("sub", accountId)
                .put("iss", "https://auth.atlassian.com")
                .put("iat", context.wireTime().getEpochSecond())
                .put("https://id.atlassian.com/atl_token_type", type);
    }

    private String text(ObjectNode claims, int filling) {
        claims.put("https://id.atlassian.com/session", context.letters(filling));
        return HEADER + "." + base64(claims.toString()) + "." + context.letters(SIGNATURE);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
