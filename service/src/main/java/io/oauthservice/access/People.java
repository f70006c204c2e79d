package io.oauthservice.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * People who have signed in at an OpenID provider, as callers of the page. They have no ceilings: the page returns no
 * token.
 */
@Component
public class People {

    /** No client and no issuer of JWTs has a name that begins with it. */
    static final String PREFIX = "oidc:";

    private static final int REQUESTS_PER_SECOND = 50;

    /** As OpenID Connect Core, section 2, defines it; shorter, so that the caller's name can be stored. */
    private static final Pattern SUBJECT = Pattern.compile("[!-~](?:[ -~]{0,248}[!-~])?");

    private final RateLimits limits;

    People(RateLimits limits) {
        this.limits = limits;
    }

    /** Whether the subject can be part of a caller's name. */
    public static boolean isSubject(@Nullable String subject) {
        return subject != null && SUBJECT.matcher(subject).matches();
    }

    /** The subject in the name of a person; empty for the names of other callers. */
    public static Optional<String> subject(String caller) {
        return caller.startsWith(PREFIX) ? Optional.of(caller.substring(PREFIX.length())) : Optional.empty();
    }

    /** Those permissions that this version knows. The others are logged with the name of their setting. */
    public static Set<String> knownPermissions(String setting, List<String> permissions) {
        AccessProperties.warnOfUnknown(setting, permissions);
        return Set.copyOf(AccessProperties.known(permissions));
    }

    /**
     * The person as a caller.
     *
     * @param organisations the ids of the organisations that the person may see; null: all
     */
    public Caller caller(String subject, Set<String> permissions, @Nullable Set<String> organisations) {
        return new Caller(
                PREFIX + subject,
                permissions,
                organisations,
                false,
                false,
                Map.of(),
                limits.of("oidc", PREFIX + subject, REQUESTS_PER_SECOND));
    }
}
