package io.oauthservice.web;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** Validation of query parameters. */
public final class QueryText {

    private static final int MAX_LENGTH = 255;
    private static final int MAX_NAME_LENGTH = 40;
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 500;

    private QueryText() {}

    /**
     * Validates a text. Returns null where it is absent or blank.
     *
     * @throws ProblemException 400 for more than 255 characters, or for a control character
     */
    public static @Nullable String bounded(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.invalid(field, "must have at most " + MAX_LENGTH + " printable characters");
        }
        return text;
    }

    /**
     * Validates a text that is optional, but not blank: a filter without a value must not be ignored. Returns null
     * where it is absent.
     *
     * @throws ProblemException 400 for a blank text, and as {@link #bounded}
     */
    public static @Nullable String optional(String field, @Nullable String text) {
        return text == null ? null : required(field, text);
    }

    /**
     * Validates a text that must be given.
     *
     * @throws ProblemException 400 for an absent or blank text, and as {@link #bounded}
     */
    public static String required(String field, @Nullable String text) {
        String bounded = bounded(field, text);
        if (bounded == null) {
            throw ProblemException.invalid(field, "must not be empty");
        }
        return bounded;
    }

    /**
     * Rejects unknown parameters, so that a misspelt parameter is not ignored, and repeated parameters.
     *
     * @throws ProblemException 400 that names the parameter
     */
    public static void requireKnown(MultiValueMap<String, String> parameters, Set<String> known) {
        requireKnown(parameters, known, Set.of());
    }

    /**
     * Rejects unknown parameters, and repeated ones unless they are repeatable.
     *
     * @throws ProblemException 400 that names the parameter
     */
    public static void requireKnown(
            MultiValueMap<String, String> parameters, Set<String> known, Set<String> repeatable) {
        parameters.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw ProblemException.invalid(printable(name), "is not a parameter of this call");
            }
            if (values.size() > 1 && !repeatable.contains(name)) {
                throw ProblemException.invalid(name, "must be given once");
            }
        });
    }

    private static String printable(String name) {
        String cut = name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH));
        return cut.replaceAll("\\P{Print}", "?");
    }

    /**
     * How many entries a page has at most: {@code limit}, or 100 where it is absent.
     *
     * @throws ProblemException 400 for anything but a whole number between 1 and 500
     */
    public static int limit(@Nullable String text) {
        return text == null ? DEFAULT_LIMIT : (int) number("limit", text, 1, MAX_LIMIT);
    }

    /**
     * Parses a whole number.
     *
     * @throws ProblemException 400 for anything else, or a number out of its range
     */
    public static long number(String field, String text, long min, long max) {
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The problem below names the accepted values.
        }
        throw ProblemException.invalid(field, "must be a whole number between " + min + " and " + max);
    }
}
