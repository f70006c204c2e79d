package io.oauthservice.sandbox.slack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The registration of the one app that exists here. */
final class App {

    static final String ID = "A0SANDBOX";
    static final String CLIENT_ID = "1000000000001.2000000000002";
    static final String CLIENT_SECRET = "slack-sandbox-client-secret";
    static final String SIGNING_SECRET = "slack-sandbox-signing-secret";

    private App() {}

    static boolean isClient(@Nullable String id) {
        return CLIENT_ID.equals(id);
    }

    static boolean isSecret(@Nullable String secret) {
        return secret != null && MessageDigest.isEqual(CLIENT_SECRET.getBytes(UTF_8), secret.getBytes(UTF_8));
    }
}
