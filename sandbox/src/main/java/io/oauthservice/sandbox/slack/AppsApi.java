package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;

/** {@code apps.uninstall}: the app removes itself from a workspace or an organisation. */
final class AppsApi {

    private final SlackState slack;
    private final SlackChanges changes;
    private final TokenAuthentication caller;
    private final Setting<Boolean> botsMayUninstall;

    AppsApi(SlackState slack, SlackChanges changes, TokenAuthentication caller) {
        this.slack = slack;
        this.changes = changes;
        this.caller = caller;
        this.botsMayUninstall = slack.context.settings().flag("bots_may_uninstall", true);
    }

    Reply uninstall(Request request) {
        Token token = caller.of(request);
        ClientAuthentication.check(request, TokenAuthentication.arguments(request));
        if (slack.app.isOther()) {
            throw Errors.refuse("client_id_token_mismatch", "client_id_token_mismatch", token.grant());
        }
        if (token.grant().bot() && !botsMayUninstall.value()) {
            throw Errors.refuse("no_permission", "bot_may_not_uninstall", token.grant());
        }
        Reply reply = caller.reply(Json.object().put("ok", true), token);
        changes.uninstall(slack.installations.of(token.grant()));
        return reply;
    }
}
