package io.oauthservice.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Headers of webhooks as the platforms sign them. */
public final class SignedHeaders {

    private SignedHeaders() {}

    public static Map<String, String> byGitHub(String secret, String event, String body) {
        return Map.of(
                "X-GitHub-Event",
                event,
                "X-GitHub-Delivery",
                UUID.randomUUID().toString(),
                "X-Hub-Signature-256",
                "sha256=" + hmac(secret, body));
    }

    public static Map<String, String> bySlack(String secret, Instant at, String body) {
        String timestamp = Long.toString(at.getEpochSecond());
        return Map.of(
                "X-Slack-Request-Timestamp",
                timestamp,
                "X-Slack-Signature",
                "v0=" + hmac(secret, "v0:" + timestamp + ":" + body));
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
