package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.wire.Params;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;
import java.util.Map;

/**
 * {@code /oauth/revoke}, which the metadata advertises and the documentation does not know. It ends the family of a
 * refresh token and nothing else: access tokens live on, and the person's consent stays.
 */
final class RevokeEndpoint {

    private final World world;
    private final Setting<Boolean> supported;

    RevokeEndpoint(World world) {
        this.world = world;
        this.supported = world.stage.settings().flag("revoke_supported", true);
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
        RefreshToken token = world.tokens.findRefresh(text);
        return token == null ? done() : ended(world.families.family(token.familyId()));
    }

    private Reply ended(Family family) {
        world.families.end(family, Death.REVOKED_BY_APP);
        return done().about(family.grant());
    }

    // An unknown token gets the same answer (RFC 7009, 2.2).
    private static Reply done() {
        return new Reply(200, Map.of(), "", null, null, null);
    }
}
