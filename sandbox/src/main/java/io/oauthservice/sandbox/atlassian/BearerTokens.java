package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Request;
import java.util.Locale;

/** Finds the token family of the valid access token in a request. */
final class BearerTokens {

    private final AtlassianState atlassian;

    BearerTokens(AtlassianState atlassian) {
        this.atlassian = atlassian;
    }

    TokenFamily caller(Request request) {
        AccessToken token = findToken(request);
        if (token.hasExpired(atlassian.context.now())) {
            throw Errors.refuse(401, "Unauthorized", "token_expired");
        }
        TokenFamily family = atlassian.families.family(token.familyId());
        InvalidationReason death = family.death();
        if (death != null && death.endsAccessTokens()) {
            throw Errors.refuse(401, "Unauthorized", death.violation());
        }
        return family;
    }

    /** The caller, if the consent includes this scope. */
    TokenFamily caller(Request request, String scope) {
        TokenFamily family = caller(request);
        if (!family.scopes().contains(scope)) {
            throw Errors.refuse(401, "Unauthorized; scope does not match", "scope_does_not_match");
        }
        return family;
    }

    private AccessToken findToken(Request request) {
        String header = request.header("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            throw Errors.refuse(401, "Unauthorized", "token_missing");
        }
        AccessToken token =
                atlassian.tokens.findAccess(header.substring("bearer ".length()).trim());
        if (token == null) {
            throw Errors.refuse(401, "Unauthorized", "token_unknown");
        }
        return token;
    }
}
