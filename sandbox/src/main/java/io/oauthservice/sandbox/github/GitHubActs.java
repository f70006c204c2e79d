package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.InvalidInput;
import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.github.AppView.Place;
import io.oauthservice.sandbox.http.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The acts of the control API: what users do at GitHub. */
final class GitHubActs {

    private final GitHubState github;
    private final GitHubChanges changes;

    GitHubActs(GitHubState github, GitHubChanges changes) {
        this.github = github;
        this.changes = changes;
    }

    Map<String, Provider.Act> byName() {
        Map<String, Provider.Act> acts = new LinkedHashMap<>();
        acts.put("install", this::install);
        acts.put("request", this::request);
        acts.put("approve", this::approve);
        acts.put("uninstall", input -> run(() -> changes.uninstall(installation(input), by(input))));
        acts.put("suspend", input -> run(() -> changes.suspend(installation(input), by(input))));
        acts.put("unsuspend", input -> run(() -> changes.unsuspend(installation(input), by(input))));
        acts.put("accept_permissions", this::acceptPermissions);
        acts.put("select_repositories", this::selectRepositories);
        acts.put("rename", input -> run(() -> changes.rename(account(input), input.text("login"), by(input))));
        acts.put("hide_installation", this::hide);
        acts.put("show_installation", input -> run(() -> github.view.show(installation(input))));
        acts.put("swap_app", github.view.app().act());
        acts.put("revoke", input -> run(() -> changes.revokeAuthorization(user(input, "user_id"))));
        return acts;
    }

    private ObjectNode install(Input input) {
        Account account = account(input);
        if (github.installations.findOn(account) != null) {
            throw new InvalidInput("account_id: the app is installed on " + account.id() + " already");
        }
        User by = input.has("by") ? user(input, "by") : github.accounts.ownerOf(account);
        return toJson(changes.install(account, by, repositories(input, account), null));
    }

    private ObjectNode request(Input input) {
        Account account = account(input);
        if (github.installations.findOn(account) != null) {
            throw new InvalidInput("account_id: the app is installed on " + account.id() + " already");
        }
        return Json.object()
                .put("request_id", changes.request(account, by(input)).id());
    }

    private ObjectNode approve(Input input) {
        InstallationRequest request = input.has("request_id")
                ? github.requests.find(input.id("request_id"))
                : github.requests.findOn(input.id("account_id"));
        if (request == null) {
            throw new InvalidInput(
                    "request_id or account_id: must be of an open request, see GET /app/installation-requests");
        }
        Account account = github.accounts.account(request.accountId());
        User by = input.has("by") ? user(input, "by") : github.accounts.ownerOf(account);
        return toJson(changes.approve(request, by));
    }

    private ObjectNode hide(Input input) {
        GitHubInstallation hidden = installation(input);
        List<Place> places = input.has("at") ? List.of(input.choice("at", Place.class)) : List.of(Place.values());
        return run(() -> places.forEach(place -> github.view.hide(hidden, place)));
    }

    private ObjectNode acceptPermissions(Input input) {
        Map<String, String> permissions = new TreeMap<>();
        if (!(input.json().get("permissions") instanceof ObjectNode wanted)) {
            throw input.wrong("permissions", "an object such as {\"contents\":\"read\"}");
        }
        wanted.forEachEntry((name, level) -> permissions.put(name, level.asString("")));
        permissions.putIfAbsent("metadata", "read");
        return run(() -> changes.permit(installation(input), permissions, by(input)));
    }

    private ObjectNode selectRepositories(Input input) {
        GitHubInstallation installation = installation(input);
        Account account = github.accounts.account(installation.accountId());
        return run(() -> changes.reach(installation, repositories(input, account), by(input)));
    }

    private static @Nullable List<Long> repositories(Input input, Account account) {
        if (!input.has("repository_ids")) {
            return null;
        }
        List<Long> ids = input.ids("repository_ids");
        if (!account.repositoryIds().containsAll(ids)) {
            throw input.wrong("repository_ids", "of the account, which has " + account.repositoryIds());
        }
        return ids;
    }

    private GitHubInstallation installation(Input input) {
        GitHubInstallation found = github.installations.find(input.id("installation_id"));
        if (found == null) {
            List<Long> known = github.installations.all().stream()
                    .map(GitHubInstallation::id)
                    .toList();
            throw input.wrong("installation_id", "one of " + known);
        }
        return found;
    }

    private Account account(Input input) {
        Account found = github.accounts.find(input.id("account_id"));
        if (found == null) {
            List<Long> known = github.accounts.all().stream().map(Account::id).toList();
            throw input.wrong("account_id", "one of " + known);
        }
        return found;
    }

    private User by(Input input) {
        return input.has("by") ? user(input, "by") : github.accounts.signedIn();
    }

    private User user(Input input, String field) {
        return github.accounts.user(input, field);
    }

    private static ObjectNode toJson(GitHubInstallation installation) {
        return Json.object().put("installation_id", installation.id());
    }

    private static ObjectNode run(Runnable act) {
        act.run();
        return Json.object();
    }
}
