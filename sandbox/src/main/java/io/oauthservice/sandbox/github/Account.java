package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** An organisation, or a person's own account, with those who may do something in it. */
record Account(long id, String login, String type, Set<Long> owners, Set<Long> members, List<Repository> repositories) {

    boolean isOwner(User user) {
        return owners.contains(user.id());
    }

    /** Whether the user sees anything of this account. */
    boolean admits(User user) {
        return isOwner(user) || members.contains(user.id());
    }

    boolean isOrganization() {
        return type.equals("Organization");
    }

    Account renamed(String newLogin) {
        return new Account(id, newLogin, type, owners, members, repositories);
    }

    List<Long> repositoryIds() {
        return repositories.stream().map(Repository::id).toList();
    }

    /** These repositories of the account, in its order. */
    Stream<Repository> repositories(List<Long> ids) {
        return repositories.stream().filter(repository -> ids.contains(repository.id()));
    }

    ObjectNode json() {
        return Json.object()
                .put("id", id)
                .put("login", login)
                .put("type", type)
                .put("avatar_url", "https://example.test/avatars/" + id);
    }
}
