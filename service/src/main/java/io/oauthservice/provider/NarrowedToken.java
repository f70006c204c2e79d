package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token that is limited to a part of its grant.
 *
 * @param permissions its own, which are fewer than those of the grant
 * @param repositories those that it is limited to; null: it is not limited
 */
public record NarrowedToken(
        Secret accessToken,
        Instant issuedAt,
        Instant expiresAt,
        Map<String, String> permissions,
        @Nullable List<Repository> repositories) {

    public NarrowedToken {
        permissions = Map.copyOf(permissions);
        repositories = repositories == null ? null : List.copyOf(repositories);
    }

    /** Whether it covers no more than the variant. */
    public boolean isWithin(Variant variant) {
        return isWithin(variant.repositories()) && isWithin(variant.permissions());
    }

    private boolean isWithin(@Nullable Repositories limit) {
        return limit == null || (repositories != null && limit.containsAll(repositories));
    }

    private boolean isWithin(@Nullable Permissions limit) {
        return limit == null
                || permissions.entrySet().stream().allMatch(entry -> limit.allows(entry.getKey(), entry.getValue()));
    }

    /** A repository; its id is stable, its name is not. */
    public record Repository(String id, String name) {}
}
