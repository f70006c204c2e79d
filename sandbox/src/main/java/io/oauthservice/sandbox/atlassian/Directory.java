package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Input;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The users and sites that exist at Atlassian, and the user who is signed in. */
final class Directory {

    /** The part that is saved across restarts. */
    record Saved(List<User> users, List<Site> sites, String signedIn) {}

    private static final User DANA = new User("557058:dana", "Dana Developer", "dana@example.test", true);
    private static final User OLGA = new User("557058:olga", "Olga Owner", null, true);

    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, Site> sites = new LinkedHashMap<>();
    private String signedIn = DANA.accountId();

    /** The initial directory; the README lists the ids. */
    static Saved atStart() {
        return new Saved(
                List.of(DANA, OLGA),
                List.of(
                        ofBoth("11111111-aaaa-4bbb-8ccc-000000000001", "acme"),
                        ofBoth("11111111-aaaa-4bbb-8ccc-000000000002", "acme-sandbox")),
                DANA.accountId());
    }

    private static Site ofBoth(String id, String name) {
        return new Site(id, name, Product.ALL, Set.of(DANA.accountId(), OLGA.accountId()));
    }

    Saved saved() {
        return new Saved(List.copyOf(users.values()), List.copyOf(sites.values()), signedIn);
    }

    void load(Saved saved) {
        users.clear();
        sites.clear();
        saved.users().forEach(this::put);
        saved.sites().forEach(this::put);
        signedIn = saved.signedIn();
    }

    void put(User user) {
        users.put(user.accountId(), user);
    }

    void put(Site site) {
        sites.put(site.id(), site);
    }

    void signIn(User user) {
        signedIn = user.accountId();
    }

    User signedIn() {
        return user(signedIn);
    }

    Collection<User> users() {
        return users.values();
    }

    Set<String> accountIds() {
        return Set.copyOf(users.keySet());
    }

    Collection<Site> sites() {
        return sites.values();
    }

    /** The user with this id, who must exist. */
    User user(String accountId) {
        User user = users.get(accountId);
        if (user == null) {
            throw new IllegalStateException("No user " + accountId);
        }
        return user;
    }

    /** The user with the account id in this field; the signed-in user if the field is missing. */
    User user(Input input, String field) {
        String named = input.has(field) ? input.text(field) : signedIn;
        User user = users.get(named);
        if (user == null) {
            throw input.wrong(field, "the account id of a user, one of " + users.keySet());
        }
        return user;
    }

    /** The site with the cloud id or name in this field. */
    Site site(Input input, String field) {
        Site site = findSite(input.text(field));
        if (site == null) {
            throw input.wrong(field, "the cloud id or name of a site, one of " + sites.keySet());
        }
        return site;
    }

    @Nullable
    Site findSite(String idOrName) {
        return sites.values().stream()
                .filter(site -> site.isNamed(idOrName))
                .findFirst()
                .orElse(null);
    }

    /** The sites that this user can reach, and so may choose. */
    List<Site> accessibleTo(User user) {
        return sites.values().stream().filter(site -> site.hasMember(user)).toList();
    }
}
