package io.oauthservice.provider;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Permissions by name, each with its level. */
public record Permissions(Map<String, AccessLevel> levels) {

    private static final int MOST = 100;
    private static final Pattern ITEM = Pattern.compile("([a-z][a-z0-9_]{0,99}):(read|write|admin)");

    /** Every narrowed token has it, requested or not: docs/providers.md 1.6. */
    private static final Map<String, AccessLevel> IMPLIED = Map.of("metadata", AccessLevel.READ);

    public Permissions {
        levels = Map.copyOf(levels);
    }

    /**
     * Parses items such as {@code contents:read}.
     *
     * @throws IllegalArgumentException with a reason that follows the name of the setting or parameter
     */
    public static Permissions parse(List<String> items) {
        if (items.isEmpty() || items.size() > MOST) {
            throw new IllegalArgumentException("must name 1 to " + MOST + " permissions");
        }
        Map<String, AccessLevel> levels = new HashMap<>();
        for (String item : items) {
            Matcher parts = ITEM.matcher(item);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "must be a list such as contents:read,issues:write, with the levels read, write and admin");
            }
            if (levels.put(parts.group(1), AccessLevel.of(parts.group(2)).orElseThrow()) != null) {
                throw new IllegalArgumentException("must name each permission once: " + parts.group(1));
            }
        }
        return new Permissions(levels);
    }

    /** Permissions as a provider names them, without those whose level is unknown. */
    public static Permissions granted(Map<String, String> permissions) {
        Map<String, AccessLevel> levels = new HashMap<>();
        permissions.forEach((name, code) -> AccessLevel.of(code).ifPresent(level -> levels.put(name, level)));
        return new Permissions(levels);
    }

    public boolean isEmpty() {
        return levels.isEmpty();
    }

    /** Whether each of these permissions is part of the others. */
    public boolean isWithin(Permissions others) {
        return levels.entrySet().stream().allMatch(entry -> others.allows(entry.getKey(), entry.getValue()));
    }

    /**
     * Whether this includes the permission at the level that the provider names. An unknown level is included in none.
     */
    boolean allows(String name, String code) {
        return AccessLevel.of(code).filter(level -> allows(name, level)).isPresent();
    }

    private boolean allows(String name, AccessLevel level) {
        return includes(levels, name, level) || includes(IMPLIED, name, level);
    }

    private static boolean includes(Map<String, AccessLevel> levels, String name, AccessLevel level) {
        AccessLevel highest = levels.get(name);
        return highest != null && level.compareTo(highest) <= 0;
    }

    /** The permissions that both have, each at the lower level. */
    public Permissions lowerOf(Permissions others) {
        Map<String, AccessLevel> lower = new HashMap<>();
        levels.forEach((name, level) -> {
            AccessLevel other = others.levels.get(name);
            if (other != null) {
                lower.put(name, level.lower(other));
            }
        });
        return new Permissions(lower);
    }

    /** By name, as a provider names the levels. */
    public SortedMap<String, String> codes() {
        SortedMap<String, String> codes = new TreeMap<>();
        levels.forEach((name, level) -> codes.put(name, level.code()));
        return codes;
    }
}
