package io.oauthservice.provider;

import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;

/** The verification of one delivery's HMAC-SHA256, over its bytes as they arrive. Not thread-safe; used once. */
public final class WebhookSignature {

    private final byte[] expected;
    private final List<Mac> macs;

    WebhookSignature(byte[] expected, List<Mac> macs) {
        this.expected = expected.clone();
        this.macs = macs;
    }

    public WebhookSignature update(byte[] bytes) {
        macs.forEach(mac -> mac.update(bytes));
        return this;
    }

    /** Whether the signature belongs to one of the secrets. All are compared, each in constant time. */
    public boolean isValid() {
        boolean valid = false;
        for (Mac mac : macs) {
            valid |= MessageDigest.isEqual(mac.doFinal(), expected);
        }
        return valid;
    }
}
