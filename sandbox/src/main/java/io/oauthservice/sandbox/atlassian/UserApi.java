package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;

/** Who the person is: as Atlassian, Jira and Confluence tell it. */
final class UserApi {

    private final World world;
    private final BearerTokens tokens;

    UserApi(World world, BearerTokens tokens) {
        this.world = world;
        this.tokens = tokens;
    }

    Reply me(Request request) {
        Family caller = tokens.caller(request, "read:me");
        return Reply.json(200, user(caller).me()).about(caller.grant());
    }

    Reply myself(Request request) {
        Family caller = tokens.caller(request, "read:jira-user");
        Site site = site(request, caller, Product.JIRA);
        return Reply.json(200, user(caller).myself(site)).about(caller.grant());
    }

    Reply current(Request request) {
        Family caller = tokens.caller(request, "read:confluence-user");
        site(request, caller, Product.CONFLUENCE);
        return Reply.json(200, user(caller).current()).about(caller.grant());
    }

    private Site site(Request request, Family caller, Product product) {
        User user = user(caller);
        Site site = world.directory.sites().stream()
                .filter(each -> each.id().equals(request.variable("cloudid")))
                .findFirst()
                .orElseThrow(() -> Errors.refuse(404, "Not Found", "site_unknown"));
        SiteGrant grant = world.consents.find(user, site);
        if (grant == null || product.of(grant.scopes()).isEmpty()) {
            throw Errors.refuse(404, "Not Found", "site_not_granted");
        }
        if (!site.runs(product)) {
            throw Errors.refuse(404, "Not Found", "product_not_on_site");
        }
        if (!site.admits(user)) {
            throw Errors.refuse(403, "Forbidden", "site_not_reachable");
        }
        return site;
    }

    private User user(Family caller) {
        return world.directory.user(caller.accountId());
    }
}
