package io.oauthservice.tokencache;

import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.Repositories;
import org.jspecify.annotations.Nullable;

/**
 * The part of a grant that a caller requests.
 *
 * @param repositories null: all that it may have
 * @param permissions null: all that it may have
 */
public record Narrowing(
        @Nullable Repositories repositories, @Nullable Permissions permissions) {

    public static final Narrowing NONE = new Narrowing(null, null);

    public boolean isNone() {
        return repositories == null && permissions == null;
    }
}
