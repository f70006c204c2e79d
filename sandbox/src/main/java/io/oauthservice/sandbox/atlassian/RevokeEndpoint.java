package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.Map;

/**
 * {@code /oauth/revoke}, which the metadata advertises and the documentation does not mention. It ends the family of a
 * refresh token and nothing else: access tokens stay valid, and the user's consent stays.
 */
final class RevokeEndpoint {

    private final AtlassianState atlassian;
    private final Setting<Boolean> supported;

    RevokeEndpoint(AtlassianState atlassian) {
        this.atlassian = atlassian;
        this.supported = atlassian.context.settings().flag("revoke_supported", true);
    }

    Reply answer(Request request) {
        if (!supported.value()) {
            return Errors.failure(404);
        }
        Params form = request.form();
        ClientCredentials.check(request, form);
        String text = form.get("token");
        if (text == null) {
            throw Errors.invalidRequest("token is required", "token_missing");
        }
        RefreshToken token = atlassian.tokens.findRefresh(text);
        return token == null || atlassian.currentApp.isOther()
                ? emptyReply()
                : end(atlassian.families.family(token.familyId()));
    }

    private Reply end(TokenFamily family) {
        atlassian.families.end(family, InvalidationReason.REVOKED_BY_APP);
        return emptyReply().about(family.grant());
    }

    // An unknown token gets the same answer (RFC 7009, 2.2).
    private static Reply emptyReply() {
        return new Reply(200, Map.of(), "", null, null, null);
    }
}
