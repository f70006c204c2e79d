package io.oauthservice;

import io.oauthservice.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Controls the simulated Atlassian. */
public final class AtlassianControl extends SandboxControl {

    public AtlassianControl(Sandbox sandbox) {
        super(sandbox, "atlassian");
    }

    /** Whether a consent grants all sites of the user, or only one. */
    public void setAccountLevel(boolean accountLevel) {
        set("account_level", accountLevel);
    }

    /** The list of sites has one entry per product, not per site. */
    public void listEachProduct() {
        set("entry_per_product", true);
    }

    /** The revocation endpoint does not exist. */
    public void disableRevocation() {
        set("revoke_supported", false);
    }

    /** The next lists of sites are empty. */
    public void listNoSites(int times) {
        failInfo(Fault.emptyLists().atPath("/accessible-resources").times(times));
    }

    public void signIn(String accountId) {
        set("signed_in_user", accountId);
    }

    /** Adds users whose names are their account ids. */
    public void addUsers(List<String> accountIds) {
        List<Map<String, ?>> users = new ArrayList<>();
        accountIds.forEach(id -> users.add(Map.of("account_id", id, "name", id)));
        set("users", users);
    }

    /** Adds sites that every user can access; each name is {@code name-of-} and the id. */
    public void addSites(List<String> ids) {
        List<Map<String, ?>> sites = new ArrayList<>();
        ids.forEach(id -> sites.add(Map.of("id", id, "name", "name-of-" + id)));
        set("sites", sites);
    }

    /** The app is removed from the site for all users. */
    public void removeSite(String site) {
        act("remove_site", Map.of("site", site));
    }

    /** The app is removed from the site for this user. */
    public void removeSite(String site, String accountId) {
        act("remove_site", Map.of("site", site, "account_id", accountId));
    }

    public void renameSite(String site, String name) {
        act("rename", Map.of("site", site, "name", name));
    }

    /** The signed-in user removes the app. */
    public void revoke() {
        act("revoke", Map.of());
    }
}
