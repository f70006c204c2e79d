package io.oauthservice.access;

import io.oauthservice.provider.Platform;
import io.oauthservice.web.ProblemException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, and what it may do.
 *
 * @param name of an API client; of a JWT's bearer the issuer's name, a slash and the subject
 * @param permissions such as {@code tokens:read:github}; {@code tokens:read} holds for every platform, {@code *} for all
 * @param organisations the only organisations, by id, that it may see; null: all
 * @param sharedGrants whether it may use a grant that reaches organisations beyond its own
 */
public record Caller(
        String name, Set<String> permissions, @Nullable Set<String> organisations, boolean sharedGrants) {

    public static final String TOKENS_READ = "tokens:read";
    public static final String INSTALLATIONS_READ = "installations:read";
    public static final String INSTALLATIONS_WRITE = "installations:write";

    public Caller {
        permissions = Set.copyOf(permissions);
        organisations = organisations == null ? null : Set.copyOf(organisations);
    }

    /** Callers are told apart at each read from memory: by their names alone, which hardly ever are the same. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    public boolean may(String permission) {
        return permissions.stream()
                .anyMatch(held -> held.equals("*") || held.equals(permission) || permission.startsWith(held + ":"));
    }

    /**
     * Refuses a caller without the permission.
     *
     * @throws ProblemException 403
     */
    public void require(String permission) {
        if (!may(permission)) {
            throw ProblemException.forbidden(permission);
        }
    }

    /**
     * Refuses a caller that may not read this platform's tokens.
     *
     * @throws ProblemException 403
     */
    public void requireTokensOf(Platform platform) {
        require(TOKENS_READ + ":" + platform.id());
    }

    /** Whether it may see something that reaches these organisations. */
    public boolean sees(Collection<String> orgIds) {
        return organisations == null || orgIds.stream().anyMatch(organisations::contains);
    }

    /** Whether it may use a token that reaches these organisations, to act on the given one. */
    public boolean mayUse(String orgId, Collection<String> reached) {
        return organisations == null
                || (organisations.contains(orgId) && (sharedGrants || organisations.containsAll(reached)));
    }

    /** The organisations it is limited to; null: none. */
    public @Nullable List<String> visibleOrganisations() {
        return organisations == null ? null : List.copyOf(organisations);
    }
}
