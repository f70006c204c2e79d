package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.sandbox.slack.InstallTarget.Enterprise;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The methods {@code auth.test}, {@code auth.teams.list} and {@code auth.revoke}. */
final class AuthApi {

    private final SlackState slack;
    private final SlackChanges changes;
    private final TokenAuthentication caller;

    AuthApi(SlackState slack, SlackChanges changes, TokenAuthentication caller) {
        this.slack = slack;
        this.changes = changes;
        this.caller = caller;
    }

    Reply test(Request request) {
        Token token = caller.of(request);
        SlackGrant grant = token.grant();
        InstallTarget place = slack.directory.place(grant.placeId());
        Enterprise org = slack.directory.enterpriseOf(place);
        ObjectNode answer = Json.object()
                .put("ok", true)
                .put("url", place.url())
                .put("team", place.name())
                .put("team_id", place.id());
        if (org != null) {
            answer.put("enterprise_id", org.id());
        }
        addIdentity(answer, grant);
        answer.put("app_id", App.ID).put("app_name", "Sandbox App").put("is_enterprise_install", place.equals(org));
        Instant end = token.expiresAt();
        if (end != null) {
            answer.put("expires_in", Duration.between(slack.context.now(), end).toSeconds());
        }
        return caller.reply(answer, token);
    }

    private void addIdentity(ObjectNode answer, SlackGrant grant) {
        String userId = grant.userId();
        SlackInstallation installation = slack.installations.of(grant);
        if (userId == null) {
            answer.put("user", "sandboxapp")
                    .put("user_id", installation.botUserId())
                    .put("bot_id", installation.botId());
        } else {
            answer.put("user", slack.directory.user(userId).name()).put("user_id", userId);
        }
    }

    /** The workspaces that a token reaches. */
    Reply teams(Request request) {
        Token token = caller.of(request);
        List<Team> teams = switch (slack.directory.place(token.grant().placeId())) {
            case Team team -> List.of(team);
            case Enterprise org -> slack.directory.teamsOf(org);
        };
        Paging paging = Paging.of(TokenAuthentication.arguments(request));
        ObjectNode answer = Json.object().put("ok", true);
        answer.set(
                "teams",
                Json.of(paging.part(teams).stream().map(InstallTarget::json).toList()));
        answer.set("response_metadata", Json.object().put("next_cursor", paging.next(teams)));
        return caller.reply(answer, token);
    }

    /** Revokes one access token or refresh token; with {@code test} it only checks the request. */
    Reply revoke(Request request) {
        boolean dryRun = TokenAuthentication.isSet(request, "test");
        Token ofRefresh = caller.ofRefreshToken(request);
        Token token = ofRefresh == null ? caller.of(request) : withLiveRefresh(ofRefresh);
        Reply reply = caller.reply(Json.object().put("ok", true).put("revoked", !dryRun), token);
        if (!dryRun && ofRefresh != null) {
            changes.revokeRefresh(token);
        } else if (!dryRun) {
            changes.revokeAccess(token);
        }
        return reply;
    }

    private Token withLiveRefresh(Token token) {
        InvalidationReason ending = token.refreshEnding();
        if (ending != null) {
            throw Errors.refuse("token_revoked", ending.violation("refresh_token"), token.grant());
        }
        if (!token.isRefreshUnused(slack.context.now())) {
            throw Errors.refuse("invalid_auth", "refresh_token_spent", token.grant());
        }
        return token;
    }
}
