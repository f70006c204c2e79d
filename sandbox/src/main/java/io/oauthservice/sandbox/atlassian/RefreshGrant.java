package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.stage.Settings;
import io.oauthservice.sandbox.wire.Params;
import io.oauthservice.sandbox.wire.Refusal;
import io.oauthservice.sandbox.wire.Reply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The grant {@code refresh_token}: every use gives the next token of the family. The one just replaced may come again
 * within the leeway, since answers get lost; later than that it counts as theft and ends the family.
 */
final class RefreshGrant {

    /** How a dead refresh token is refused: as Atlassian is seen to do it, or as it documents it. */
    enum DeadForm {
        UNAUTHORIZED_CLIENT("refresh_token is invalid"),
        INVALID_GRANT("Unknown or invalid refresh token.");

        private final String description;

        DeadForm(String description) {
            this.description = description;
        }

        private Reply reply() {
            String error = this == INVALID_GRANT ? "invalid_grant" : "unauthorized_client";
            return Errors.token(403, error, description);
        }
    }

    private final World world;
    private final Setting<DeadForm> deadForm;

    RefreshGrant(World world) {
        this.world = world;
        this.deadForm = world.stage
                .settings()
                .value(
                        "dead_refresh_error",
                        DeadForm.UNAUTHORIZED_CLIENT,
                        (input, name) -> input.choice(name, DeadForm.class));
    }

    Reply answer(Params form) {
        RefreshToken token = known(form.get("refresh_token"));
        Family family = alive(world.families.family(token.familyId()));
        Settings settings = world.stage.settings();
        if (!family.accepts(token.generation(), world.stage.now(), settings.leeway())) {
            world.families.end(family, Death.REUSED);
            throw dead(family, "refresh_token_reused");
        }
        if (!settings.rotation()) {
            return world.tokens.issueAccess(world.families.use(family)).reply();
        }
        Family next = world.families.rotate(family, token);
        return world.tokens.issue(world.families.use(next)).reply();
    }

    private RefreshToken known(@Nullable String text) {
        if (text == null) {
            throw Errors.invalidRequest("refresh_token is required", "refresh_token_missing");
        }
        RefreshToken token = world.tokens.findRefresh(text);
        if (token == null) {
            throw new Refusal(deadForm.value().reply().violating("refresh_token_unknown"));
        }
        return token;
    }

    private Family alive(Family family) {
        Instant now = world.stage.now();
        Death death = family.death();
        if (death == Death.REVOKED_BY_USER) {
            throw new Refusal(Errors.token(403, "invalid_grant", "Token was globally revoked")
                    .violating(death.violation())
                    .about(family.grant()));
        }
        String violation = death == null ? family.expiredBecause(now) : death.violation();
        if (violation != null) {
            throw dead(family, violation);
        }
        return family;
    }

    private Refusal dead(Family family, String violation) {
        return new Refusal(deadForm.value().reply().violating(violation).about(family.grant()));
    }
}
