package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Parses the common fields of token responses (RFC 6749 section 5.1), leniently because providers deviate. */
public final class TokenReplies {

    private static final Pattern SEPARATORS = Pattern.compile("[\\s,]+");
    private static final long LONGEST_LIFE = 10L * 365 * 24 * 3600;

    private TokenReplies() {}

    /**
     * The tokens of an object with the fields of RFC 6749 section 5.1.
     *
     * @param scopes the granted scopes
     */
    public static OAuthTokens tokens(
            Reply reply,
            JsonNode object,
            Set<String> scopes,
            @Nullable Instant refreshTokenExpiresAt,
            @Nullable Instant grantExpiresAt) {
        String refresh = ProviderHttp.text(object, "refresh_token");
        return new OAuthTokens(
                Secret.of(required(object, "access_token")),
                refresh == null ? null : Secret.of(refresh),
                reply.date(),
                expiry(reply, object, "expires_in"),
                refreshTokenExpiresAt,
                grantExpiresAt,
                scopes,
                Map.of());
    }

    /**
     * When a lifetime in seconds ends, counted from the provider's own date; null, for unknown, where the field is
     * absent or not positive. The number may be a string.
     */
    public static @Nullable Instant expiry(Reply reply, JsonNode tokens, String field) {
        String seconds = ProviderHttp.text(tokens, field);
        if (seconds == null) {
            return null;
        }
        try {
            long life = (long) Double.parseDouble(seconds);
            return life <= 0 ? null : reply.date().plusSeconds(Math.min(life, LONGEST_LIFE));
        } catch (NumberFormatException e) {
            throw ProviderException.Retryable.outcomeUnknown("unexpected_answer", field + " is not a number", e);
        }
    }

    /** The scopes of a list that is separated by spaces (RFC 6749 section 3.3) or commas (Slack, GitHub). */
    public static Set<String> scopes(@Nullable String list) {
        Set<String> scopes = new LinkedHashSet<>();
        if (list != null) {
            Arrays.stream(SEPARATORS.split(list))
                    .filter(scope -> !scope.isEmpty())
                    .forEach(scopes::add);
        }
        return scopes;
    }

    /** The granted scopes of a token response; without the field they are those requested (RFC 6749 section 5.1). */
    public static Set<String> granted(JsonNode tokens, Set<String> requested) {
        JsonNode scope = tokens.path("scope");
        return scope.isMissingNode() || scope.isNull() ? requested : scopes(scope.asString(""));
    }

    /** A provider's error code where it can be stored and shown; else {@code unknown_error}. */
    public static String errorCode(@Nullable String error) {
        return error != null && error.matches("[A-Za-z0-9_.-]{1,60}") ? error : "unknown_error";
    }

    /** A mandatory field; fails with {@link ProviderException.Retryable} where it is missing. */
    public static String required(JsonNode object, String field) {
        String text = ProviderHttp.text(object, field);
        if (text == null) {
            throw ProviderException.Retryable.outcomeUnknown(
                    "unexpected_answer", "The provider's response lacks the field " + field);
        }
        return text;
    }
}
