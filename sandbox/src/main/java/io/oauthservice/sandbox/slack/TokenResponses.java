package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Responses of {@code oauth.v2.access}. A refreshed user token has another format than a new one. */
final class TokenResponses {

    private final SlackState slack;

    TokenResponses(SlackState slack) {
        this.slack = slack;
    }

    /** The bot's token at the top level if one was approved, the user's token in {@code authed_user}. */
    Reply ofExchange(Code code, SlackInstallation installation) {
        SlackGrant bot = SlackGrant.ofBot(code.placeId());
        SlackGrant user = new SlackGrant(code.placeId(), code.userId());
        ObjectNode answer = Json.object().put("ok", true).put("app_id", App.ID);
        if (!code.botScopes().none()) {
            issue(answer, bot, installation).put("bot_user_id", installation.botUserId());
        }
        addPlace(answer, code.placeId());
        ObjectNode authedUser = Json.object().put("id", code.userId());
        if (!code.userScopes().none()) {
            issue(authedUser, user, installation);
        }
        answer.set("authed_user", authedUser);
        if (code.botScopes().has("incoming-webhook")) {
            answer.set("incoming_webhook", incomingWebhook(slack.directory.place(code.placeId())));
        }
        return reply(answer, code.botScopes().none() ? user : bot);
    }

    Reply ofRefresh(Token token) {
        ObjectNode answer = Json.object().put("ok", true);
        SlackGrant grant = token.grant();
        SlackInstallation installation = slack.installations.of(grant);
        if (grant.bot()) {
            answer.put("app_id", App.ID).put("bot_user_id", installation.botUserId());
        } else {
            answer.put("user_id", grant.userId());
        }
        addToken(answer, token, installation);
        return reply(addPlace(answer, grant.placeId()), grant);
    }

    private ObjectNode issue(ObjectNode json, SlackGrant grant, SlackInstallation installation) {
        return addToken(json, slack.tokens.issue(grant, installation.rotating()), installation);
    }

    private ObjectNode addToken(ObjectNode json, Token token, SlackInstallation installation) {
        json.put("token_type", token.grant().bot() ? "bot" : "user").put("access_token", token.access());
        Instant end = token.expiresAt();
        if (end != null) {
            json.put("expires_in", secondsUntil(end)).put("refresh_token", token.refresh());
        }
        return json.put("scope", installation.scopes(token.grant()).commaSeparated());
    }

    private long secondsUntil(Instant end) {
        return Math.round(Duration.between(slack.context.now(), end).toMillis() / 1000.0);
    }

    private ObjectNode addPlace(ObjectNode json, String placeId) {
        InstallTarget place = slack.directory.place(placeId);
        InstallTarget.Enterprise org = slack.directory.enterpriseOf(place);
        json.set("team", place.equals(org) ? null : place.json());
        json.set("enterprise", org == null ? null : org.json());
        return json.put("is_enterprise_install", place.equals(org));
    }

    private ObjectNode incomingWebhook(InstallTarget place) {
        String url =
                "https://hooks.slack.example/services/" + place.id() + "/B0SANDBOX/" + slack.context.randomLetters(24);
        return Json.object()
                .put("channel", "#general")
                .put("channel_id", "C0GENERAL")
                .put("configuration_url", place.url() + "services/B0SANDBOX")
                .put("url", url);
    }

    private static Reply reply(ObjectNode answer, SlackGrant about) {
        return Reply.json(200, answer).with("Cache-Control", "no-store").about(about.named());
    }
}
