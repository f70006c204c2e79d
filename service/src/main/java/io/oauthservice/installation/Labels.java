package io.oauthservice.installation;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for labels. Callers choose these texts and others read them, on pages too: the permitted characters exclude
 * markup, and the maximum length excludes tokens.
 */
public final class Labels {

    /** The most labels of an installation. */
    public static final int MOST = 16;

    /** Enough to replace all labels by others. */
    private static final int MOST_CHANGES = 2 * MOST;

    private static final int LONGEST_SHOWN = 40;
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9._-]{0,62}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@/-]{0,62}");

    private Labels() {}

    /**
     * Checks the labels of a new installation.
     *
     * @param values as they are in the JSON of the request; null: none
     * @throws InvalidLabelException which names the label
     */
    public static Map<String, String> of(@Nullable Map<String, @Nullable Object> values) {
        Map<String, String> labels = new TreeMap<>();
        if (values != null) {
            requireAtMost(MOST, values.size());
            values.forEach((key, value) -> labels.put(checkedKey(key), checkedValue(key, value, "must be a text")));
        }
        return labels;
    }

    /**
     * Checks a merge patch (RFC 7396) of labels: null removes a label.
     *
     * @param values as they are in the JSON of the request
     * @throws InvalidLabelException which names the label
     */
    public static Map<String, @Nullable String> patch(Map<String, @Nullable Object> values) {
        Map<String, @Nullable String> patch = new TreeMap<>();
        requireAtMost(MOST_CHANGES, values.size());
        values.forEach((key, value) ->
                patch.put(checkedKey(key), value == null ? null : checkedValue(key, value, "must be a text or null")));
        requireAtMost(MOST, patch.values().stream().filter(Objects::nonNull).count());
        return patch;
    }

    static void requireAtMost(int most, long number) {
        if (number > most) {
            throw new InvalidLabelException("labels", "must be at most " + most + " for an installation");
        }
    }

    static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    static boolean isValue(String text) {
        return VALUE.matcher(text).matches();
    }

    private static String checkedKey(String key) {
        if (isKey(key)) {
            return key;
        }
        throw new InvalidLabelException(
                field(key), "must have a name of 1 to 63 characters that matches " + KEY.pattern());
    }

    private static String checkedValue(String key, @Nullable Object value, String type) {
        if (!(value instanceof String text)) {
            throw new InvalidLabelException(field(key), type);
        }
        if (isValue(text)) {
            return text;
        }
        throw new InvalidLabelException(field(key), "must have 1 to 63 characters and match " + VALUE.pattern());
    }

    private static String field(String key) {
        return "labels."
                + key.substring(0, Math.min(key.length(), LONGEST_SHOWN)).replaceAll("[^ -~]", "?");
    }
}
