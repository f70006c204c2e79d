package io.oauthservice.access;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.Ceiling;
import io.oauthservice.web.ProblemException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * An authenticated caller and its permissions.
 *
 * @param name an API client's name; the issuer's name, a slash and the subject of a JWT; or {@code oidc:} and the
 *     subject of a person who has signed in to the page
 * @param permissions such as {@code tokens:read:github}; {@code tokens:read} covers every platform, {@code *}
 *     everything
 * @param organisations the ids of the organisations that it may see; null: all
 * @param sharedGrants whether it may use a grant that covers organisations beyond its own
 * @param plainAnswers whether its responses also carry the fields of the plain contract
 * @param ceilings the most that it may get of a grant, by the platform's id; a platform that is not listed has none
 * @param rateLimit null: not limited
 */
public record Caller(
        String name,
        Set<String> permissions,
        @Nullable Set<String> organisations,
        boolean sharedGrants,
        boolean plainAnswers,
        Map<String, Ceiling> ceilings,
        @Nullable RateLimit rateLimit) {

    private static final String ATTRIBUTE = Caller.class.getName();
    private static final String TOKENS_READ = "tokens:read";
    public static final String INSTALLATIONS_READ = "installations:read";
    public static final String INSTALLATIONS_WRITE = "installations:write";

    public Caller {
        permissions = Set.copyOf(permissions);
        organisations = organisations == null ? null : Set.copyOf(organisations);
        ceilings = Map.copyOf(ceilings);
    }

    /** Counts a request; false if the caller has sent too many. */
    public boolean tryRequest() {
        return rateLimit == null || rateLimit.tryAcquire();
    }

    /** The caller of a request; null: it is not identified. */
    public static @Nullable Caller of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    /** Makes this the caller of a request. */
    public void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }

    /** Uses the name only: names rarely collide, and there may be many organisations. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The most that it may get of a grant of this platform; null: all of it. */
    public @Nullable Ceiling ceiling(Platform platform) {
        return ceilings.isEmpty() ? null : ceilings.get(platform.id());
    }

    /** The permission to read the tokens of one platform. */
    public static String tokensReadPermission(Platform platform) {
        return TOKENS_READ + ":" + platform.id();
    }

    public boolean may(String permission) {
        return includes(permissions, permission);
    }

    /** Whether these permissions include another one. */
    public static boolean includes(Set<String> permissions, String permission) {
        // No stream: this runs at each read on the fast path.
        for (String held : permissions) {
            if (held.equals("*") || covers(held, permission)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(String held, String permission) {
        return permission.startsWith(held)
                && (permission.length() == held.length() || permission.charAt(held.length()) == ':');
    }

    /**
     * Requires a permission.
     *
     * @throws ProblemException 403 without it
     */
    public void require(String permission) {
        if (!may(permission)) {
            throw ProblemException.forbidden(permission);
        }
    }

    /**
     * Requires the permission to read the platform's tokens.
     *
     * @throws ProblemException 403 without it
     */
    public void requireTokensOf(Platform platform) {
        require(tokensReadPermission(platform));
    }

    /**
     * Requires a permission, and a caller that is not limited to organisations: the operation affects all of them.
     *
     * @throws ProblemException 403 without it
     */
    public void requireOperator(String permission) {
        require(permission);
        if (isLimited()) {
            throw ProblemException.forbidden(permission + " and no limit to organisations");
        }
    }

    /** Whether the caller may see the organisation of this id. */
    public boolean sees(String orgId) {
        return organisations == null || organisations.contains(orgId);
    }

    /** Whether the caller may see an installation that covers these organisations. */
    public boolean sees(Collection<String> orgIds) {
        return shareOf(orgIds) != Share.NONE;
    }

    /**
     * The caller's share of a grant. It decides about every operation on a single installation.
     *
     * @param reached the ids of all organisations that the grant covers
     */
    public Share shareOf(Collection<String> reached) {
        if (organisations == null) {
            return Share.WHOLE;
        }
        if (Collections.disjoint(organisations, reached)) {
            return Share.NONE;
        }
        return sharedGrants || organisations.containsAll(reached) ? Share.WHOLE : Share.PART;
    }

    /** Whether the caller may use a token that covers these organisations to act on the given one. */
    public boolean mayUse(String orgId, Collection<String> reached) {
        return sees(orgId) && shareOf(reached) == Share.WHOLE;
    }

    /** Whether the caller is limited to organisations. */
    public boolean isLimited() {
        return organisations != null;
    }

    /** The ids of the organisations that the caller is limited to; null: not limited. */
    public @Nullable List<String> visibleOrganisations() {
        return organisations == null ? null : List.copyOf(organisations);
    }

    /** A caller's share of a grant. */
    public enum Share {
        /** No organisation: the grant does not exist for the caller. */
        NONE,
        /** Some organisations: the caller sees these, and may neither use nor revoke the grant. */
        PART,
        /** All organisations: the caller's permissions decide. */
        WHOLE
    }
}
