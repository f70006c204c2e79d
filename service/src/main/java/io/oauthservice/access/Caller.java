package io.oauthservice.access;

import io.oauthservice.core.Platform;
import io.oauthservice.web.ProblemException;
import java.util.Collection;
import java.util.Collections;
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
 * @param plainAnswers whether its answers also carry the fields of the plain contract
 */
public record Caller(
        String name,
        Set<String> permissions,
        @Nullable Set<String> organisations,
        boolean sharedGrants,
        boolean plainAnswers) {

    private static final String TOKENS_READ = "tokens:read";
    public static final String INSTALLATIONS_READ = "installations:read";
    public static final String INSTALLATIONS_WRITE = "installations:write";

    public Caller {
        permissions = Set.copyOf(permissions);
        organisations = organisations == null ? null : Set.copyOf(organisations);
    }

    /** A caller that gets the standard answers. */
    public Caller(String name, Set<String> permissions, @Nullable Set<String> organisations, boolean sharedGrants) {
        this(name, permissions, organisations, sharedGrants, false);
    }

    /** By the names alone, which hardly ever are the same: there may be many organisations. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The permission to read tokens of one platform. */
    public static String toReadTokensOf(Platform platform) {
        return TOKENS_READ + ":" + platform.id();
    }

    public boolean may(String permission) {
        // At each read from memory: a stream would cost more than all else that is asked there.
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
        require(toReadTokensOf(platform));
    }

    /**
     * Refuses a caller without the permission, and every caller that is limited to organisations: the operation concerns
     * all of them.
     *
     * @throws ProblemException 403
     */
    public void requireOperator(String permission) {
        require(permission);
        if (organisations != null) {
            throw ProblemException.forbidden(permission + " and no limit to organisations");
        }
    }

    /** Whether it may see the organisation, by id. */
    public boolean sees(String orgId) {
        return organisations == null || organisations.contains(orgId);
    }

    /** Whether it may see something that reaches these organisations. */
    public boolean sees(Collection<String> orgIds) {
        return shareOf(orgIds) != Share.NONE;
    }

    /**
     * How much of a grant belongs to the caller. Every operation on a single installation is decided by this.
     *
     * @param reached all organisations of the grant, by id
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

    /** Whether it may use a token that reaches these organisations, to act on the given one. */
    public boolean mayUse(String orgId, Collection<String> reached) {
        return sees(orgId) && shareOf(reached) == Share.WHOLE;
    }

    /** The organisations it is limited to; null: none. */
    public @Nullable List<String> visibleOrganisations() {
        return organisations == null ? null : List.copyOf(organisations);
    }

    /** How much of a grant belongs to a caller. */
    public enum Share {
        /** Nothing: to the caller it does not exist. */
        NONE,
        /** Some organisations: it sees these, and may neither use nor end the grant. */
        PART,
        /** Everything: it may do whatever its permissions allow. */
        WHOLE
    }
}
