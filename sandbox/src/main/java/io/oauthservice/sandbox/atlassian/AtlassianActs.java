package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.http.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The acts of the control API: what users do at Atlassian. Atlassian sends no events for them. */
final class AtlassianActs {

    private final AtlassianState atlassian;
    private final DirectorySettings directory;

    AtlassianActs(AtlassianState atlassian, DirectorySettings directory) {
        this.atlassian = atlassian;
        this.directory = directory;
    }

    Map<String, Provider.Act> byName() {
        Map<String, Provider.Act> acts = new LinkedHashMap<>();
        acts.put("add_site", this::addSite);
        acts.put("remove_site", this::removeSite);
        acts.put("rename", this::rename);
        acts.put("swap_app", atlassian.currentApp.act());
        acts.put("revoke", input -> run(() -> atlassian.revoke(user(input))));
        acts.put("deactivate_user", input -> run(() -> atlassian.deactivate(user(input))));
        return acts;
    }

    private ObjectNode addSite(Input input) {
        Site site = directory.site(input);
        if (atlassian.directory.findSite(site.id()) != null) {
            throw input.wrong("id", "new; a site that exists is changed by the setting sites");
        }
        return run(() -> atlassian.directory.put(site)).put("site", site.id());
    }

    private ObjectNode removeSite(Input input) {
        Site site = site(input);
        return input.has("account_id")
                ? run(() -> atlassian.consents.withdraw(user(input), site))
                : run(() -> atlassian.consents.withdrawAllOn(site));
    }

    private ObjectNode rename(Input input) {
        Site renamed = site(input).withName(input.text("name"));
        return run(() -> atlassian.directory.put(renamed));
    }

    private Site site(Input input) {
        return atlassian.directory.site(input, "site");
    }

    private User user(Input input) {
        return atlassian.directory.user(input, "account_id");
    }

    private static ObjectNode run(Runnable act) {
        act.run();
        return Json.object();
    }
}
