package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Refusal;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;

/** Where the app asks for its installation by organisation, repository or user. */
final class LookupApi {

    private final World world;
    private final AppJwt jwt;

    LookupApi(World world, AppJwt jwt) {
        this.world = world;
        this.jwt = jwt;
    }

    Reply ofOrganization(Request request) {
        jwt.verify(request);
        Account account = account(request.variable("org"));
        if (!account.isOrganization()) {
            throw notFound("organization_unknown");
        }
        return shown(on(account), request);
    }

    /** GitHub answers for organisations too, though the address speaks of users. */
    Reply ofUser(Request request) {
        jwt.verify(request);
        return shown(on(account(request.variable("username"))), request);
    }

    /** A repository that is not selected is as unknown as one that does not exist. */
    Reply ofRepository(Request request) {
        jwt.verify(request);
        Account account = account(request.variable("owner"));
        Installation found = on(account);
        boolean reached = found.repositories(account).stream()
                .anyMatch(each -> each.name().equalsIgnoreCase(request.variable("repo")));
        if (!reached) {
            throw notFound("repository_not_reached");
        }
        return shown(found, request);
    }

    private Reply shown(Installation found, Request request) {
        return Reply.json(200, found.json(world, Addresses.of(world.stage, request)))
                .about(found.grant());
    }

    private Account account(String login) {
        Account found = world.accounts.findByLogin(login);
        if (found == null) {
            throw notFound("account_unknown");
        }
        return found;
    }

    private Installation on(Account account) {
        Installation found = world.installations.findOn(account);
        if (found == null) {
            throw notFound("not_installed");
        }
        return found;
    }

    private static Refusal notFound(String violation) {
        return Errors.refuse(404, "Not Found", violation);
    }
}
