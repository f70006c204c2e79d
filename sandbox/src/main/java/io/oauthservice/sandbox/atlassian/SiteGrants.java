package io.oauthservice.sandbox.atlassian;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which sites people granted to the app. They add up: a later consent takes none of the earlier ones away. */
final class SiteGrants {

    private final List<SiteGrant> all = new ArrayList<>();

    List<SiteGrant> saved() {
        return List.copyOf(all);
    }

    void become(List<SiteGrant> saved) {
        all.clear();
        all.addAll(saved);
    }

    void give(User user, Site site, Collection<String> scopes) {
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

    /** The site's administrator takes the app off it, for everybody. */
    void takeOff(Site site) {
        all.removeIf(grant -> grant.isOn(site));
    }
}
