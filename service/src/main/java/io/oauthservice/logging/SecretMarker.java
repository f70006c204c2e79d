package io.oauthservice.logging;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A text that introduces a secret in a log record. */
final class SecretMarker {

    enum Kind {
        /** A token begins with it, anywhere in the text. */
        PREFIX,
        /** A token begins with it, at the beginning of a word. */
        WORD_PREFIX,
        /** Credentials follow, as in an {@code Authorization} header. */
        SCHEME,
        /** A private key follows, up to its last line. */
        PEM,
        /** The name of a parameter, field or header whose value is always a secret. */
        NAME,
        /** The name of a parameter whose value is a secret if it looks random. Enumerations and UUIDs do not. */
        COMMON_NAME
    }

    /** To add a kind of token, add its prefix here; an example of it belongs in RedactionTest. */
    static final List<SecretMarker> ALL = List.of(
            // GitHub: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
            of(Kind.PREFIX, "ghs_", 16),
            of(Kind.PREFIX, "gho_", 16),
            of(Kind.PREFIX, "ghu_", 16),
            of(Kind.PREFIX, "ghr_", 16),
            of(Kind.PREFIX, "ghp_", 16),
            of(Kind.PREFIX, "_pat_", 16),
            // Slack: https://docs.slack.dev/authentication/tokens
            of(Kind.PREFIX, "xoxa-", 8),
            of(Kind.PREFIX, "xoxb-", 8),
            of(Kind.PREFIX, "xoxe-", 8),
            of(Kind.PREFIX, "xoxe.", 8),
            of(Kind.PREFIX, "xoxp-", 8),
            of(Kind.PREFIX, "xoxr-", 8),
            of(Kind.PREFIX, "xoxs-", 8),
            of(Kind.PREFIX, "xapp-", 8),
            // Atlassian: API tokens; access tokens are JWTs.
            of(Kind.PREFIX, "ATATT3", 16),
            of(Kind.PREFIX, "ATCTT3", 16),
            // OpenBao and HashiCorp Vault: service, batch and recovery tokens, new and old form.
            of(Kind.PREFIX, "hvs.", 16),
            of(Kind.PREFIX, "hvb.", 16),
            of(Kind.PREFIX, "hvr.", 16),
            of(Kind.WORD_PREFIX, "s.", 24),
            of(Kind.WORD_PREFIX, "b.", 24),
            // The API keys of this service.
            of(Kind.PREFIX, "oauthsvc_", 16),
            // JWTs: the beginning of an encoded JSON object.
            of(Kind.WORD_PREFIX, "eyJ", 16),
            of(Kind.SCHEME, "Bearer ", 8),
            of(Kind.SCHEME, "Basic ", 16),
            of(Kind.PEM, "-----BEGIN ", 1),
            of(Kind.NAME, "access_token", 1),
            of(Kind.NAME, "accessToken", 1),
            of(Kind.NAME, "refresh_token", 1),
            of(Kind.NAME, "refreshToken", 1),
            of(Kind.NAME, "id_token", 1),
            of(Kind.NAME, "client_secret", 1),
            of(Kind.NAME, "clientSecret", 1),
            of(Kind.NAME, "client_assertion", 1),
            of(Kind.NAME, "code_verifier", 1),
            of(Kind.NAME, "codeVerifier", 1),
            of(Kind.NAME, "signing_secret", 1),
            of(Kind.NAME, "webhook_secret", 1),
            of(Kind.NAME, "secret_id", 1),
            of(Kind.NAME, "password", 1),
            of(Kind.NAME, "x-vault-token", 1),
            of(Kind.NAME, "oauth_browser", 1),
            of(Kind.NAME, "oauth_session", 1),
            of(Kind.NAME, "oauth_sign_in", 1),
            of(Kind.COMMON_NAME, "code", 16),
            of(Kind.COMMON_NAME, "state", 16),
            of(Kind.COMMON_NAME, "link", 16),
            of(Kind.COMMON_NAME, "token", 16),
            // A hidden field of a form. Longer than an id.
            of(Kind.COMMON_NAME, "value", 40));

    private final Kind kind;
    private final String text;
    private final byte[] lowerCase;
    private final int min;

    private SecretMarker(Kind kind, String text, int min) {
        this.kind = kind;
        this.text = text;
        this.lowerCase = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        this.min = min;
    }

    private static SecretMarker of(Kind kind, String text, int min) {
        return new SecretMarker(kind, text, min);
    }

    Kind kind() {
        return kind;
    }

    /** The first byte, in lower case. */
    byte first() {
        return lowerCase[0];
    }

    /** The second byte, in lower case. */
    byte second() {
        return lowerCase[1];
    }

    int length() {
        return lowerCase.length;
    }

    /** The shortest secret in bytes. */
    int min() {
        return min;
    }

    /** Whether the text is at this position of the record. Prefixes of tokens have one spelling, names have several. */
    boolean isAt(byte[] record, int at) {
        if (at + lowerCase.length > record.length) {
            return false;
        }
        boolean exact = kind == Kind.PREFIX || kind == Kind.WORD_PREFIX;
        for (int i = 0; i < lowerCase.length; i++) {
            if (exact ? record[at + i] != text.charAt(i) : lower(record[at + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }
}
