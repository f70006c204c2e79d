package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** A repository of an account. */
record Repository(long id, String name) {

    /** Fields whose value is an address below the repository's own in the REST API. */
    private static final Map<String, String> LINKS = new TreeMap<>(Map.ofEntries(
            Map.entry("archive_url", "/{archive_format}{/ref}"),
            Map.entry("assignees_url", "/assignees{/user}"),
            Map.entry("blobs_url", "/git/blobs{/sha}"),
            Map.entry("branches_url", "/branches{/branch}"),
            Map.entry("collaborators_url", "/collaborators{/collaborator}"),
            Map.entry("comments_url", "/comments{/number}"),
            Map.entry("commits_url", "/commits{/sha}"),
            Map.entry("compare_url", "/compare/{base}...{head}"),
            Map.entry("contents_url", "/contents/{+path}"),
            Map.entry("contributors_url", "/contributors"),
            Map.entry("deployments_url", "/deployments"),
            Map.entry("downloads_url", "/downloads"),
            Map.entry("events_url", "/events"),
            Map.entry("forks_url", "/forks"),
            Map.entry("git_commits_url", "/git/commits{/sha}"),
            Map.entry("git_refs_url", "/git/refs{/sha}"),
            Map.entry("git_tags_url", "/git/tags{/sha}"),
            Map.entry("hooks_url", "/hooks"),
            Map.entry("issue_comment_url", "/issues/comments{/number}"),
            Map.entry("issue_events_url", "/issues/events{/number}"),
            Map.entry("issues_url", "/issues{/number}"),
            Map.entry("keys_url", "/keys{/key_id}"),
            Map.entry("labels_url", "/labels{/name}"),
            Map.entry("languages_url", "/languages"),
            Map.entry("merges_url", "/merges"),
            Map.entry("milestones_url", "/milestones{/number}"),
            Map.entry("notifications_url", "/notifications{?since,all,participating}"),
            Map.entry("pulls_url", "/pulls{/number}"),
            Map.entry("releases_url", "/releases{/id}"),
            Map.entry("stargazers_url", "/stargazers"),
            Map.entry("statuses_url", "/statuses/{sha}"),
            Map.entry("subscribers_url", "/subscribers"),
            Map.entry("subscription_url", "/subscription"),
            Map.entry("tags_url", "/tags"),
            Map.entry("teams_url", "/teams"),
            Map.entry("trees_url", "/git/trees{/sha}")));

    private static final List<String> COUNTS = List.of(
            "forks",
            "forks_count",
            "open_issues",
            "open_issues_count",
            "size",
            "stargazers_count",
            "watchers",
            "watchers_count");
    private static final List<String> HAS = List.of("has_downloads", "has_issues", "has_projects", "has_wiki");
    private static final List<String> IS_NOT = List.of("archived", "disabled", "fork", "has_pages");
    private static final List<String> UNKNOWN = List.of("description", "homepage", "language", "license", "mirror_url");

    /** As the REST API shows it. */
    ObjectNode json(Account owner, Addresses at) {
        ObjectNode json = brief(owner);
        json.set("owner", owner.profile(at));
        addresses(json, fullName(owner), at);
        COUNTS.forEach(count -> json.put(count, 0));
        HAS.forEach(flag -> json.put(flag, true));
        IS_NOT.forEach(flag -> json.put(flag, false));
        UNKNOWN.forEach(json::putNull);
        return json.put("default_branch", "main")
                .put("visibility", "private")
                .put("created_at", App.CREATED.toString())
                .put("updated_at", App.CREATED.toString())
                .put("pushed_at", App.CREATED.toString());
    }

    /** As webhooks show it. */
    ObjectNode brief(Account owner) {
        return Json.object()
                .put("id", id)
                .put("node_id", NodeId.of("Repository", id))
                .put("name", name)
                .put("full_name", fullName(owner))
                .put("private", true);
    }

    private static void addresses(ObjectNode json, String fullName, Addresses at) {
        String api = at.api("/repos/" + fullName);
        String web = at.web("/" + fullName);
        json.put("url", api).put("html_url", web).put("svn_url", web).put("clone_url", web + ".git");
        json.put("ssh_url", "git@example.test:" + fullName + ".git").put("git_url", "git://example.test/" + fullName);
        LINKS.forEach((field, path) -> json.put(field, api + path));
    }

    private String fullName(Account owner) {
        return owner.login() + "/" + name;
    }
}
