package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.wire.Request;
import java.util.Locale;

/** Who calls the API: the family whose live access token the request carries. */
final class BearerTokens {

    private final World world;

    BearerTokens(World world) {
        this.world = world;
    }

    Family caller(Request request) {
        AccessToken token = known(request);
        if (token.hasExpired(world.stage.now())) {
            throw Errors.refuse(401, "Unauthorized", "token_expired");
        }
        Family family = world.families.family(token.familyId());
        Death death = family.death();
        if (death != null && death.endsAccessTokens()) {
            throw Errors.refuse(401, "Unauthorized", death.violation());
        }
        return family;
    }

    /** The caller, if the consent holds this scope. */
    Family caller(Request request, String scope) {
        Family family = caller(request);
        if (!family.scopes().contains(scope)) {
            throw Errors.refuse(401, "Unauthorized; scope does not match", "scope_does_not_match");
        }
        return family;
    }

    private AccessToken known(Request request) {
        String header = request.header("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            throw Errors.refuse(401, "Unauthorized", "token_missing");
        }
        AccessToken token =
                world.tokens.findAccess(header.substring("bearer ".length()).trim());
        if (token == null) {
            throw Errors.refuse(401, "Unauthorized", "token_unknown");
        }
        return token;
    }
}
