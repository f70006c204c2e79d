package io.oauthservice.sandbox.github;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The current installations; an account has at most one. */
final class GitHubInstallations {

    private final Map<Long, GitHubInstallation> byId = new LinkedHashMap<>();

    GitHubInstallations(List<GitHubInstallation> saved) {
        saved.forEach(this::put);
    }

    List<GitHubInstallation> saved() {
        return List.copyOf(byId.values());
    }

    GitHubInstallation put(GitHubInstallation installation) {
        byId.put(installation.id(), installation);
        return installation;
    }

    void remove(GitHubInstallation installation) {
        byId.remove(installation.id());
    }

    Collection<GitHubInstallation> all() {
        return byId.values();
    }

    @Nullable
    GitHubInstallation find(long id) {
        return byId.get(id);
    }

    @Nullable
    GitHubInstallation findOn(Account account) {
        return byId.values().stream()
                .filter(installation -> installation.accountId() == account.id())
                .findFirst()
                .orElse(null);
    }
}
