package io.oauthservice.provider;

import io.oauthservice.provider.ProviderHttp.Reply;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The parts that answers of token endpoints share (RFC 6749 section 5.1), read as leniently as providers write them. */
public final class TokenReplies {

    private static final Pattern SEPARATORS = Pattern.compile("[\\s,]+");
    private static final long LONGEST_LIFE = 10L * 365 * 24 * 3600;

    private TokenReplies() {}

    /** When the token expires, counted from the provider's own date; null where it does not say. Numbers may be strings. */
    public static @Nullable Instant expiry(Reply reply, JsonNode tokens) {
        return expiry(reply, tokens, "expires_in");
    }

    /** The same under another name: the refresh token's own life, for one. */
    public static @Nullable Instant expiry(Reply reply, JsonNode tokens, String field) {
        String seconds = ProviderHttp.text(tokens, field);
        if (seconds == null) {
            return null;
        }
        try {
            long life = (long) Double.parseDouble(seconds);
            return reply.date().plusSeconds(Math.clamp(life, 0, LONGEST_LIFE));
        } catch (NumberFormatException e) {
            throw new ProviderException.Retryable("unexpected_answer", field + " is not a number", true, e);
        }
    }

    /** The scopes of a list separated by spaces or commas. */
    public static Set<String> scopes(@Nullable String list) {
        Set<String> scopes = new LinkedHashSet<>();
        if (list != null) {
            Arrays.stream(SEPARATORS.split(list))
                    .filter(scope -> !scope.isEmpty())
                    .forEach(scopes::add);
        }
        return scopes;
    }

    /** A provider's error word where it is one that may be stored and shown; else {@code unknown_error}. */
    public static String word(@Nullable String error) {
        return error != null && error.matches("[A-Za-z0-9_.-]{1,60}") ? error : "unknown_error";
    }

    /** A field without which the answer is of no use. */
    public static String required(JsonNode object, String field) {
        String text = ProviderHttp.text(object, field);
        if (text == null) {
            throw new ProviderException.Retryable(
                    "unexpected_answer", "The provider's answer lacks the field " + field, true, null);
        }
        return text;
    }
}
