package io.oauthservice.tokencache;

import io.oauthservice.access.Caller;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.Ceiling;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.Repositories;
import io.oauthservice.provider.Variant;
import io.oauthservice.web.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which callers may get a token of a grant, and how much of the grant it covers, on the fast path and in
 * regular request handling. A caller needs the permission to read tokens of the platform, and must be entitled to use
 * the grant to act on the organisation. A caller with a ceiling gets narrowed tokens only.
 *
 * @param permission to read tokens of the platform
 * @param owner the organisation's name, by which names of repositories may begin
 * @param reached all organisations of the grant, by id
 */
public record TokenPolicy(
        Platform platform,
        String permission,
        String orgId,
        @Nullable String owner,
        List<String> reached) {

    private static final String WITHIN_CEILING = "a request within the limits that are configured for the caller";

    public static TokenPolicy of(Installation installation, Organisation organisation) {
        return new TokenPolicy(
                installation.platform(),
                Caller.tokensReadPermission(installation.platform()),
                organisation.id(),
                organisation.name(),
                installation.organisationIds());
    }

    /** Whether the caller may use the grant. */
    public boolean permits(Caller caller) {
        return caller.may(permission) && caller.mayUse(orgId, reached);
    }

    /** Whether the caller may get the grant's own token, which covers all of it. */
    boolean permitsWhole(Caller caller) {
        return permits(caller) && caller.ceiling(platform) == null;
    }

    /**
     * Rejects a caller that may not use the grant.
     *
     * @param usersGrant whether it is a user's own grant, which cannot be narrowed
     * @throws ProblemException 403
     */
    public void require(Caller caller, boolean usersGrant) {
        if (!permits(caller)) {
            throw ProblemException.forbidden("this organisation");
        }
        if (usersGrant && caller.ceiling(platform) != null) {
            throw beyondCeiling();
        }
    }

    /**
     * What the caller gets of the grant; null: all of it.
     *
     * @param granted the permissions of the grant
     * @throws ProblemException 400 for repositories of another owner, 403 for a request beyond the caller's ceiling
     * @throws BeyondGrantException for a request beyond the permissions of the grant
     */
    public @Nullable Variant variant(Caller caller, Narrowing request, Permissions granted) {
        Ceiling ceiling = caller.ceiling(platform);
        if (ceiling == null && request.isNone()) {
            return null;
        }
        Repositories repositories =
                repositories(request.repositories(), ceiling == null ? null : ceiling.repositories());
        Permissions permissions =
                permissions(request.permissions(), ceiling == null ? null : ceiling.permissions(), granted);
        return new Variant(repositories, permissions);
    }

    private @Nullable Repositories repositories(@Nullable Repositories requested, @Nullable Repositories ceiling) {
        Repositories names = requested == null ? null : requireOwner(requested);
        if (ceiling == null) {
            return names;
        }
        Repositories most = ceiling.ofOwner(owner).orElseThrow(TokenPolicy::beyondCeiling);
        if (names == null) {
            return most;
        }
        // Only the provider knows which names belong to which ids: its answer decides then.
        if (names.byId() == most.byId() && !most.containsAll(names)) {
            throw beyondCeiling();
        }
        return names;
    }

    private Repositories requireOwner(Repositories requested) {
        try {
            return requested.requireOwner(owner);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("repositories", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Permissions permissions(
            @Nullable Permissions requested, @Nullable Permissions ceiling, Permissions granted) {
        if (requested == null) {
            return ceiling == null ? null : requireSome(ceiling.lowerOf(granted));
        }
        if (ceiling != null && !requested.isWithin(ceiling)) {
            throw beyondCeiling();
        }
        if (!requested.isWithin(granted)) {
            throw new BeyondGrantException(BeyondGrantException.Reason.PERMISSION, false);
        }
        return requested;
    }

    /** An empty list would be everything to a provider. */
    private static Permissions requireSome(Permissions permissions) {
        if (permissions.isEmpty()) {
            throw new BeyondGrantException(BeyondGrantException.Reason.PERMISSION, true);
        }
        return permissions;
    }

    /**
     * Rejects a token for repositories beyond the caller's ceiling, which may list ids where the request has names.
     *
     * @throws ProblemException 403
     */
    public void requireWithinCeiling(Caller caller, @Nullable List<Repository> repositories) {
        Ceiling ceiling = caller.ceiling(platform);
        Repositories most = ceiling == null ? null : ceiling.repositories();
        if (most != null
                && (repositories == null
                        || !most.ofOwner(owner)
                                .filter(own -> own.containsAll(repositories))
                                .isPresent())) {
            throw beyondCeiling();
        }
    }

    /** Whether the caller's ceiling names repositories that only the provider can compare with those of the request. */
    public boolean isComparedByProvider(Caller caller, Narrowing request) {
        Ceiling ceiling = caller.ceiling(platform);
        Repositories most = ceiling == null ? null : ceiling.repositories();
        Repositories requested = request.repositories();
        return most != null && (requested == null || requested.byId() != most.byId());
    }

    /** The repositories of the caller's ceiling; null: it has none, or the request itself names repositories. */
    public @Nullable Repositories ceilingRepositories(Caller caller, Narrowing request) {
        Ceiling ceiling = caller.ceiling(platform);
        return ceiling == null || ceiling.repositories() == null || request.repositories() != null
                ? null
                : ceiling.repositories().ofOwner(owner).orElseThrow(TokenPolicy::beyondCeiling);
    }

    /** 403 for a request beyond the caller's ceiling. */
    public static ProblemException beyondCeiling() {
        return ProblemException.forbidden(WITHIN_CEILING);
    }
}
