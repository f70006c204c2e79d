package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.wire.Json;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code accessible-resources}: every site that the person ever granted to this app and can still reach, which does not
 * tell the one just chosen. Whether a site with two products is one entry or two is not documented, hence a setting.
 */
final class ResourcesApi {

    private final World world;
    private final BearerTokens tokens;
    private final Setting<Boolean> entryPerProduct;

    ResourcesApi(World world, BearerTokens tokens) {
        this.world = world;
        this.tokens = tokens;
        this.entryPerProduct = world.stage.settings().flag("entry_per_product", false);
    }

    Reply list(Request request) {
        Family caller = tokens.caller(request);
        User user = world.directory.user(caller.accountId());
        ArrayNode all = Json.array();
        for (Site site : world.directory.reachableBy(user)) {
            SiteGrant grant = world.consents.find(user, site);
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
