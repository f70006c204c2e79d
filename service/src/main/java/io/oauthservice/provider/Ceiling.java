package io.oauthservice.provider;

import org.jspecify.annotations.Nullable;

/**
 * The most that a caller may get of a platform's grants, whatever it requests. It gets narrowed tokens only.
 *
 * @param repositories null: all of the grant
 * @param permissions null: all of the grant
 */
public record Ceiling(
        @Nullable Repositories repositories, @Nullable Permissions permissions) {}
