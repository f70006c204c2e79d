package io.oauthservice.provider;

import org.jspecify.annotations.Nullable;

/**
 * What a narrowed token is limited to: repositories, permissions or both.
 *
 * @param repositories null: all of the grant
 * @param permissions null: all of the grant
 */
public record Variant(
        @Nullable Repositories repositories, @Nullable Permissions permissions) {

    /** @throws IllegalArgumentException if it limits nothing: a provider takes an empty list for everything */
    public Variant {
        if ((repositories == null && permissions == null)
                || (repositories != null && repositories.values().isEmpty())
                || (permissions != null && permissions.isEmpty())) {
            throw new IllegalArgumentException("A variant is limited to something");
        }
    }

    /** The number of its repositories; 0 where it has all. */
    public int size() {
        return repositories == null ? 0 : repositories.values().size();
    }
}
