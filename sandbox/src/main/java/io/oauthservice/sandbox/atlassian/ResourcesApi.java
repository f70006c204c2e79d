package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code accessible-resources}: every site that the user ever granted to this app and still has access to. It does not
 * name the site just chosen. Whether a site with two products has one entry or two is undocumented, hence a setting.
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
        for (Site site : atlassian.directory.accessibleTo(user)) {
            SiteGrant grant = atlassian.consents.find(user, site);
            if (grant != null) {
                entries(site, grant).forEach(scopes -> all.add(site.resource(scopes)));
            }
        }
        return Reply.json(200, all).about(caller.grant());
    }

    // A site is not listed if the consent covers none of its products.
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
