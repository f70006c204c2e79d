package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code accessible-resources}: every site that the person ever granted to this app and can still reach, which does not
 * tell the one just chosen. Whether a site with two products is one entry or two is not documented, hence a setting.
 */
final class ResourcesApi {

    private final AtlassianState atlassian;
    private final BearerTokens tokens;
    private final Setting<Boolean> entryPerProduct;

    ResourcesApi(AtlassianState atlassian, BearerTokens tokens) {
        this.atlassian = atlassian;
        this.tokens = tokens;
        this.entryPerProduct = atlassian.context.settings().flag("entry_per_product", false);
    }

    Reply list(Request request) {
        TokenFamily caller = tokens.caller(request);
        User user = atlassian.directory.user(caller.accountId());
        ArrayNode all = Json.array();
        for (Site site : atlassian.directory.reachableBy(user)) {
            SiteGrant grant = atlassian.consents.find(user, site);
            if (grant != null) {
                entries(site, grant).forEach(scopes -> all.add(site.resource(scopes)));
            }
        }
        return Reply.json(200, all).about(caller.grant());
    }

    // A site none of whose products the consent is about is not listed.
    private List<List<String>> entries(Site site, SiteGrant grant) {
        List<List<String>> entries = new ArrayList<>();
        if (entryPerProduct.value()) {
            site.products().forEach(product -> entries.add(product.of(grant.scopes())));
        } else {
            entries.add(site.relevant(grant.scopes()));
        }
        entries.removeIf(List::isEmpty);
        return entries;
    }
}
