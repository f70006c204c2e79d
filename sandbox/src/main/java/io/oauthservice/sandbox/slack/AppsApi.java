package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.wire.Json;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;

/** {@code apps.uninstall}: the app removes itself from a workspace or an organisation. */
final class AppsApi {

    private final World world;
    private final Customers customers;
    private final Caller caller;
    private final Setting<Boolean> botsMayUninstall;

    AppsApi(World world, Customers customers, Caller caller) {
        this.world = world;
        this.customers = customers;
        this.caller = caller;
        this.botsMayUninstall = world.stage.settings().flag("bots_may_uninstall", true);
    }

    Reply uninstall(Request request) {
        Token token = caller.of(request);
        Client.check(request, Caller.arguments(request));
        if (token.grant().bot() && !botsMayUninstall.value()) {
            throw Errors.refuse("no_permission", "bot_may_not_uninstall", token.grant());
        }
        Reply reply = caller.reply(Json.object().put("ok", true), token);
        customers.uninstall(world.installations.of(token.grant()));
        return reply;
    }
}
