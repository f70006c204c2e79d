package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** An organisation or a user's own account, with its owners, members and repositories. */
record Account(long id, String login, String type, Set<Long> owners, Set<Long> members, List<Repository> repositories) {

    boolean isOwner(User user) {
        return owners.contains(user.id());
    }

    /** Whether the user has access to this account. */
    boolean hasMember(User user) {
        return isOwner(user) || members.contains(user.id());
    }

    boolean isOrganization() {
        return type.equals("Organization");
    }

    Account withLogin(String newLogin) {
        return new Account(id, newLogin, type, owners, members, repositories);
    }

    List<Long> repositoryIds() {
        return repositories.stream().map(Repository::id).toList();
    }

    /** The account's repositories with these ids. */
    Stream<Repository> repositories(List<Long> ids) {
        return repositories.stream().filter(repository -> ids.contains(repository.id()));
    }

    /** The account as part of other objects. */
    ObjectNode profile(Addresses at) {
        return new Profile(id, login, type).json(at);
    }

    /** The account in the list of installations, whose schema also requires the fields of enterprises. */
    ObjectNode listed(Addresses at) {
        return profile(at)
                .put("name", login)
                .put("slug", login)
                .put("created_at", App.CREATED.toString())
                .put("updated_at", App.CREATED.toString());
    }

    /** The organisation as memberships show it. */
    ObjectNode organization(Addresses at) {
        String url = at.api("/orgs/" + login);
        return Json.object()
                .put("login", login)
                .put("id", id)
                .put("node_id", NodeId.of(type, id))
                .put("url", url)
                .put("repos_url", url + "/repos")
                .put("events_url", url + "/events")
                .put("hooks_url", url + "/hooks")
                .put("issues_url", url + "/issues")
                .put("members_url", url + "/members{/member}")
                .put("public_members_url", url + "/public_members{/member}")
                .put("avatar_url", Profile.avatarUrl(id))
                .putNull("description");
    }
}
