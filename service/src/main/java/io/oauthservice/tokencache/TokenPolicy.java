package io.oauthservice.tokencache;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.web.ProblemException;
import java.util.List;

/**
 * Decides which callers may get a token, on the fast path and in regular request handling: those that may read tokens of
 * its platform, and may use its grant to act on the organisation.
 *
 * @param permission to read tokens of the platform
 * @param reached all organisations of the grant, by id
 */
public record TokenPolicy(String permission, String orgId, List<String> reached) {

    public static TokenPolicy of(Installation installation, Organisation organisation) {
        return new TokenPolicy(
                Caller.toReadTokensOf(installation.platform()), organisation.id(), installation.organisationIds());
    }

    public boolean permits(Caller caller) {
        return caller.may(permission) && caller.mayUse(orgId, reached);
    }

    /**
     * Refuses a caller that may not get the token.
     *
     * @throws ProblemException 403
     */
    public void require(Caller caller) {
        if (!permits(caller)) {
            throw ProblemException.forbidden("this organisation");
        }
    }
}
