package io.oauthservice.installation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Selects the installations that have all of these labels.
 *
 * @param values labels with their values
 * @param keys labels that may have any value
 * @param satisfiable false: one label would need two values
 */
public record LabelFilter(Map<String, String> values, Set<String> keys, boolean satisfiable) {

    /** Selects every installation. */
    public static final LabelFilter NONE = new LabelFilter(Map.of(), Set.of(), true);

    public LabelFilter {
        values = Map.copyOf(values);
        keys = Set.copyOf(keys);
    }

    /**
     * Reads {@code key:value} and {@code key}.
     *
     * @throws InvalidLabelException for anything else, and for more than 16
     */
    public static LabelFilter parse(List<String> texts) {
        if (texts.size() > Labels.MOST) {
            throw new InvalidLabelException("label", "must be given at most " + Labels.MOST + " times");
        }
        Map<String, String> values = new HashMap<>();
        Set<String> keys = new HashSet<>();
        boolean satisfiable = true;
        for (String text : texts) {
            int colon = text.indexOf(':');
            String key = colon < 0 ? text : text.substring(0, colon);
            String value = text.substring(colon + 1);
            if (!Labels.isKey(key)) {
                throw new InvalidLabelException(
                        "label",
                        "must be a name or name:value, where the name begins with a lower-case letter and has at most 63"
                                + " lower-case letters, digits and . _ -");
            }
            if (colon >= 0 && !Labels.isValue(value)) {
                throw new InvalidLabelException(
                        "label",
                        "must be a name or name:value, where the value begins with a letter or a digit and has at most 63"
                                + " letters, digits and . _ @ / -");
            }
            if (colon < 0) {
                keys.add(key);
            } else {
                String other = values.putIfAbsent(key, value);
                satisfiable &= other == null || other.equals(value);
            }
        }
        return new LabelFilter(values, keys, satisfiable);
    }

    /** Whether an installation with these labels is selected. */
    public boolean selects(Map<String, String> labels) {
        return satisfiable
                && labels.keySet().containsAll(keys)
                && labels.entrySet().containsAll(values.entrySet());
    }

    /** Whether it selects every installation. */
    public boolean isEmpty() {
        return values.isEmpty() && keys.isEmpty();
    }
}
