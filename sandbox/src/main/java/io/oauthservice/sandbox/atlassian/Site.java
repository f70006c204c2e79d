package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Json;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A customer's site.
 *
 * @param id the cloud id, which stays when the site is renamed
 * @param members the account ids of the users who have access
 */
record Site(String id, String name, List<Product> products, Set<String> members) {

    boolean hasMember(User user) {
        return members.contains(user.accountId());
    }

    boolean runs(Product product) {
        return products.contains(product);
    }

    boolean isNamed(String idOrName) {
        return id.equals(idOrName) || name.equals(idOrName);
    }

    /** A new name moves the site to a new address. */
    Site withName(String newName) {
        return new Site(id, newName, products, members);
    }

    String url() {
        return "https://" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".atlassian.net";
    }

    /** The scopes that apply to a product of this site. */
    List<String> relevant(Collection<String> scopes) {
        return scopes.stream()
                .filter(scope -> products.stream().anyMatch(product -> product.covers(scope)))
                .toList();
    }

    /** As JSON of the setting {@code sites}. */
    ObjectNode setting() {
        ObjectNode json = Json.object().put("id", id).put("name", name);
        json.set("products", Json.of(products.stream().map(Product::word).toList()));
        json.set("members", Json.of(members));
        return json;
    }

    /** As JSON of {@code accessible-resources}. */
    ObjectNode resource(List<String> scopes) {
        ObjectNode json = Json.object().put("id", id).put("name", name).put("url", url());
        json.set("scopes", Json.of(scopes));
        return json.put("avatarUrl", "https://example.test/sites/" + id + ".png");
    }
}
