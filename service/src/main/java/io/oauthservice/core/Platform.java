package io.oauthservice.core;

import java.util.regex.Pattern;

/** The id of a platform as used in URLs, tables and events: {@code github}, {@code jira}, {@code slack}. */
public record Platform(String id) {

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,49}");

    /**
     * @throws IllegalArgumentException when the id is not 1 to 50 characters of lower-case letters, digits and hyphens
     */
    public Platform {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("A platform id has 1 to 50 lower-case letters, digits and hyphens");
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
