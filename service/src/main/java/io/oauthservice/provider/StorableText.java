package io.oauthservice.provider;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Limits a provider's texts to what the database and the events can hold. Display texts are cleaned and truncated. An
 * id is kept unchanged or rejected, because a changed id names something else. Lengths count code points, as PostgreSQL
 * does.
 */
final class StorableText {

    static final int LONGEST_ID = 255;
    static final int LONGEST_KEY = 512;

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_URL = 2000;
    private static final int LONGEST_VALUE = 1000;

    /** The last day that Java, PostgreSQL and consumers of JSON can all read. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private StorableText() {}

    /** A name without control characters, truncated to 255 characters; null where nothing is left. */
    static @Nullable String name(@Nullable String name) {
        return cut(name, LONGEST_NAME);
    }

    /** A URL without control characters; null where it is too long, because a truncated URL is useless. */
    static @Nullable String url(@Nullable String url) {
        String clean = cut(url, LONGEST_URL + 1);
        return clean == null || length(clean) > LONGEST_URL ? null : clean;
    }

    /** Metadata with cleaned and truncated texts, without entries of which nothing is left. */
    static Map<String, Object> metadata(Map<String, Object> metadata) {
        return metadata.entrySet().stream()
                .filter(entry -> !(entry.getValue() instanceof String text) || cut(text, LONGEST_VALUE) != null)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue() instanceof String text
                                ? clean(text, LONGEST_VALUE)
                                : entry.getValue()));
    }

    /** A scope or a permission: cleaned and truncated as a name is, and empty where nothing is left. */
    static String scope(String scope) {
        return clean(scope, LONGEST_NAME);
    }

    /**
     * The id, unchanged.
     *
     * @param field what it identifies
     * @throws ProviderException.BadRequest where it is empty, too long, or holds a control character
     */
    static String id(String field, String id, int longest) {
        if (id.isEmpty() || length(id) > longest || !clean(id, longest).equals(id)) {
            throw new ProviderException.BadRequest(
                    "unexpected_answer",
                    "The " + field + " in the provider's response cannot be stored: it must have 1 to " + longest
                            + " printable characters");
        }
        return id;
    }

    static @Nullable String optionalId(String field, @Nullable String id) {
        return id == null ? null : id(field, id, LONGEST_ID);
    }

    /** The time, limited to the end of the year 9999. */
    static @Nullable Instant time(@Nullable Instant time) {
        return time != null && time.isAfter(LATEST) ? LATEST : time;
    }

    private static @Nullable String cut(@Nullable String text, int longest) {
        String clean = text == null ? "" : clean(text, longest);
        return clean.isEmpty() ? null : clean;
    }

    private static String clean(String text, int longest) {
        if (text.length() <= longest && text.equals(text.strip()) && isStorable(text)) {
            return text;
        }
        return text.codePoints()
                .filter(StorableText::isStorable)
                .limit(longest)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }

    /** A loop, because each row that is read is checked: a stream would cost several times as much. */
    private static boolean isStorable(String text) {
        int character;
        for (int i = 0; i < text.length(); i += Character.charCount(character)) {
            character = text.codePointAt(i);
            if (!isStorable(character)) {
                return false;
            }
        }
        return true;
    }

    /** PostgreSQL stores no U+0000, UTF-8 has no lone surrogates, and control characters forge lines in logs. */
    private static boolean isStorable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
