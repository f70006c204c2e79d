package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;

/** The current user, in the formats of Atlassian, Jira and Confluence. */
final class UserApi {

    private final AtlassianState atlassian;
    private final BearerTokens tokens;

    UserApi(AtlassianState atlassian, BearerTokens tokens) {
        this.atlassian = atlassian;
        this.tokens = tokens;
    }

    Reply me(Request request) {
        TokenFamily caller = tokens.caller(request, "read:me");
        return Reply.json(200, user(caller).me()).about(caller.grant());
    }

    Reply myself(Request request) {
        TokenFamily caller = tokens.caller(request, "read:jira-user");
        Site site = site(request, caller, Product.JIRA);
        return Reply.json(200, user(caller).myself(site)).about(caller.grant());
    }

    Reply current(Request request) {
        TokenFamily caller = tokens.caller(request, "read:confluence-user");
        site(request, caller, Product.CONFLUENCE);
        return Reply.json(200, user(caller).current()).about(caller.grant());
    }

    private Site site(Request request, TokenFamily caller, Product product) {
        User user = user(caller);
        Site site = atlassian.directory.sites().stream()
                .filter(each -> each.id().equals(request.variable("cloudid")))
                .findFirst()
                .orElseThrow(() -> Errors.refuse(404, "Not Found", "site_unknown"));
        SiteGrant grant = atlassian.consents.find(user, site);
        if (grant == null || product.of(grant.scopes()).isEmpty()) {
            throw Errors.refuse(404, "Not Found", "site_not_granted");
        }
        if (!site.runs(product)) {
            throw Errors.refuse(404, "Not Found", "product_not_on_site");
        }
        if (!site.hasMember(user)) {
            throw Errors.refuse(403, "Forbidden", "site_not_reachable");
        }
        return site;
    }

    private User user(TokenFamily caller) {
        return atlassian.directory.user(caller.accountId());
    }
}
