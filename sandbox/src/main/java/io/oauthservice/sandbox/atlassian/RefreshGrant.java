package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.control.Settings;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The grant {@code refresh_token}: each use returns the next token of the family. The token just replaced is accepted
 * again within the leeway, because replies get lost; later reuse counts as theft and invalidates the family.
 */
final class RefreshGrant {

    /** How an invalid refresh token is rejected: as observed at Atlassian, or as documented. */
    enum RejectionFormat {
        UNAUTHORIZED_CLIENT("refresh_token is invalid"),
        INVALID_GRANT("Unknown or invalid refresh token.");

        private final String description;

        RejectionFormat(String description) {
            this.description = description;
        }

        private Reply reply() {
            String error = this == INVALID_GRANT ? "invalid_grant" : "unauthorized_client";
            return Errors.token(403, error, description);
        }
    }

    private final AtlassianState atlassian;
    private final Setting<RejectionFormat> rejectionFormat;

    RefreshGrant(AtlassianState atlassian) {
        this.atlassian = atlassian;
        this.rejectionFormat = atlassian
                .context
                .settings()
                .value(
                        "dead_refresh_error",
                        RejectionFormat.UNAUTHORIZED_CLIENT,
                        (input, name) -> input.choice(name, RejectionFormat.class));
    }

    Reply answer(Params form) {
        RefreshToken token = findToken(form.get("refresh_token"));
        TokenFamily family = valid(atlassian.families.family(token.familyId()));
        Settings settings = atlassian.context.settings();
        if (!family.accepts(token.generation(), atlassian.context.now(), settings.leeway())) {
            atlassian.families.end(family, InvalidationReason.REUSED);
            throw rejection(family, "refresh_token_reused");
        }
        atlassian.tokens.replaceAll(family);
        if (!settings.rotation()) {
            return atlassian.tokens.issueAccess(atlassian.families.use(family)).reply();
        }
        TokenFamily next = atlassian.families.rotate(family, token);
        return atlassian.tokens.issue(atlassian.families.use(next)).reply();
    }

    private RefreshToken findToken(@Nullable String text) {
        if (text == null) {
            throw Errors.invalidRequest("refresh_token is required", "refresh_token_missing");
        }
        RefreshToken token = atlassian.tokens.findRefresh(text);
        if (token == null || atlassian.currentApp.isOther()) {
            throw new RejectionException(rejectionFormat.value().reply().violating("refresh_token_unknown"));
        }
        return token;
    }

    private TokenFamily valid(TokenFamily family) {
        Instant now = atlassian.context.now();
        InvalidationReason death = family.death();
        if (death == InvalidationReason.REVOKED_BY_USER) {
            throw new RejectionException(Errors.token(403, "invalid_grant", "Token was globally revoked")
                    .violating(death.violation())
                    .about(family.grant()));
        }
        String violation = death == null ? family.findExpiry(now) : death.violation();
        if (violation != null) {
            throw rejection(family, violation);
        }
        return family;
    }

    private RejectionException rejection(TokenFamily family, String violation) {
        return new RejectionException(
                rejectionFormat.value().reply().violating(violation).about(family.grant()));
    }
}
