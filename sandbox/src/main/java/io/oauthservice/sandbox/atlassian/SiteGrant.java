package io.oauthservice.sandbox.atlassian;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** A user's consent for one site, with every scope that was ever requested for it. */
record SiteGrant(String accountId, String siteId, Set<String> scopes) {

    boolean isOf(User user) {
        return accountId.equals(user.accountId());
    }

    boolean isOn(Site site) {
        return siteId.equals(site.id());
    }

    SiteGrant with(Collection<String> more) {
        Set<String> all = new TreeSet<>(scopes);
        all.addAll(more);
        return new SiteGrant(accountId, siteId, all);
    }
}
