package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;
import java.util.List;

/** The addresses under {@code /app}, where the app proves itself by its JWT. */
final class AppApi {

    private final World world;
    private final Customers customers;
    private final AppJwt jwt;

    AppApi(World world, Customers customers, AppJwt jwt) {
        this.world = world;
        this.customers = customers;
        this.jwt = jwt;
    }

    Reply app(Request request) {
        jwt.verify(request);
        int installed = world.installations.all().size();
        return Reply.json(200, App.json(at(request), installed));
    }

    Reply installations(Request request) {
        jwt.verify(request);
        Addresses at = at(request);
        List<Installation> all = List.copyOf(world.installations.all());
        return Paging.of(request, world.stage).plain(all, each -> each.listed(world, at));
    }

    Reply installation(Request request) {
        Installation found = verified(request);
        return Reply.json(200, found.json(world, at(request))).about(found.grant());
    }

    Reply requests(Request request) {
        jwt.verify(request);
        Addresses at = at(request);
        return Paging.of(request, world.stage).plain(world.requests.all(), each -> each.json(world.accounts, at));
    }

    Reply uninstall(Request request) {
        Installation found = verified(request);
        customers.uninstall(found, owner(found));
        return Reply.nothing().about(found.grant());
    }

    Reply suspend(Request request) {
        Installation found = verified(request);
        customers.suspend(found, owner(found));
        return Reply.nothing().about(found.grant());
    }

    Reply unsuspend(Request request) {
        Installation found = verified(request);
        customers.unsuspend(found, owner(found));
        return Reply.nothing().about(found.grant());
    }

    /** The installation in the address, once the JWT has been verified. */
    Installation verified(Request request) {
        jwt.verify(request);
        return world.installations.all().stream()
                .filter(each -> String.valueOf(each.id()).equals(request.variable("id")))
                .findFirst()
                .orElseThrow(() -> Errors.refuse(404, "Not Found", "installation_unknown"));
    }

    private Addresses at(Request request) {
        return Addresses.of(world.stage, request);
    }

    // What the app does to itself is done in an owner's name.
    private User owner(Installation installation) {
        return world.accounts.ownerOf(world.accounts.account(installation.accountId()));
    }
}
