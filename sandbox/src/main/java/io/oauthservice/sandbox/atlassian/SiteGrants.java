package io.oauthservice.sandbox.atlassian;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sites that users granted to the app. A later consent adds to the earlier ones and removes nothing. */
final class SiteGrants {

    private final List<SiteGrant> all = new ArrayList<>();

    List<SiteGrant> saved() {
        return List.copyOf(all);
    }

    void load(List<SiteGrant> saved) {
        all.clear();
        all.addAll(saved);
    }

    void add(User user, Site site, Collection<String> scopes) {
        SiteGrant before = find(user, site);
        all.remove(before);
        all.add((before == null ? new SiteGrant(user.accountId(), site.id(), Set.of()) : before).with(scopes));
    }

    @Nullable
    SiteGrant find(User user, Site site) {
        return all.stream()
                .filter(grant -> grant.isOf(user) && grant.isOn(site))
                .findFirst()
                .orElse(null);
    }

    void withdrawAll(User user) {
        all.removeIf(grant -> grant.isOf(user));
    }

    void withdraw(User user, Site site) {
        all.removeIf(grant -> grant.isOf(user) && grant.isOn(site));
    }

    /** The site's administrator removes the app for all users. */
    void withdrawAllOn(Site site) {
        all.removeIf(grant -> grant.isOn(site));
    }
}
