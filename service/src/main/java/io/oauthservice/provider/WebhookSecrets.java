package io.oauthservice.provider;

import io.oauthservice.startup.SettingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secrets that a platform may sign its webhooks with: several while one is replaced by another. */
public final class WebhookSecrets {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_LENGTH = 16;

    private final List<SecretKeySpec> keys;

    private WebhookSecrets(List<SecretKeySpec> keys) {
        this.keys = keys;
    }

    /**
     * Reads the secrets from a setting.
     *
     * @param setting the environment variable, for the message of a failure
     * @param value secrets separated by commas; empty: none
     * @throws SettingException if one has fewer than 16 characters; with an empty key every signature could be forged
     */
    public static WebhookSecrets of(String setting, String value) {
        if (value.isEmpty()) {
            return new WebhookSecrets(List.of());
        }
        return new WebhookSecrets(Arrays.stream(value.split(",", -1))
                .map(secret -> key(setting, secret.strip()))
                .toList());
    }

    private static SecretKeySpec key(String setting, String secret) {
        if (secret.length() < MIN_LENGTH) {
            throw new SettingException(
                    setting,
                    "must be secrets of at least " + MIN_LENGTH + " characters, separated by commas (a secret itself"
                            + " contains no comma)");
        }
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Starts to verify a signature. The signed bytes are passed to {@link WebhookSignature#update} afterwards. */
    public WebhookSignature expect(byte[] signature) {
        return new WebhookSignature(
                signature, keys.stream().map(WebhookSecrets::mac).toList());
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "WebhookSecrets[" + keys.size() + "]";
    }
}
