package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The page of an app that is installed already: which repositories it reaches, and the way to uninstall it. */
final class ConfigurePage {

    private final GitHubState github;
    private final GitHubChanges changes;

    ConfigurePage(GitHubState github, GitHubChanges changes) {
        this.github = github;
        this.changes = changes;
    }

    Reply open(Request request) {
        return show(installation(request), null);
    }

    Reply show(GitHubInstallation installation, @Nullable String state) {
        Account account = github.accounts.account(installation.accountId());
        List<Repository> reached = installation.repositories(account);
        boolean all = installation.repositoryIds() == null;
        Page page = new Page("GitHub", "Configure Sandbox App")
                .paragraph("The app is installed on " + account.login() + ". Which repositories may it reach?")
                .form(URI.create(Addresses.of(github.context).configure(account, installation))
                        .getPath())
                .hiddenField("state", state)
                .radio("repository_selection", "all", "All repositories", all)
                .radio("repository_selection", "selected", "Only these:", !all);
        for (Repository each : account.repositories()) {
            page.checkbox("repository_ids[]", each.id(), each.name(), reached.contains(each));
        }
        return page.button("decision", "approve", "Save")
                .button("decision", "deny", "Cancel")
                .button("decision", "uninstall", "Uninstall")
                .reply(200)
                .about(installation.grant());
    }

    Reply decide(Request request) {
        GitHubInstallation installation = installation(request);
        Params form = request.form();
        return switch (form.get("decision")) {
            case "approve" -> save(installation, form);
            case "deny" ->
                CallbackRedirect.toFirstCallback(github, form.get("state")).deny(user());
            case "uninstall" -> uninstall(installation);
            case null, default ->
                throw new RejectionException(Errors.api(422, "decision must be approve, deny or uninstall")
                        .violating("decision_missing"));
        };
    }

    private Reply save(GitHubInstallation installation, Params form) {
        Account account = github.accounts.account(installation.accountId());
        List<String> wanted = form.all("repository_ids[]");
        if ("all".equals(form.get("repository_selection"))) {
            changes.reach(installation, null, user());
        } else if (!wanted.isEmpty()) {
            changes.reach(
                    installation,
                    account.repositoryIds().stream()
                            .filter(id -> wanted.contains(String.valueOf(id)))
                            .toList(),
                    user());
        }
        return back(installation, form.get("state"));
    }

    private Reply uninstall(GitHubInstallation installation) {
        changes.uninstall(installation, user());
        return new Page("GitHub", "Uninstalled")
                .paragraph("The app is no longer installed.")
                .reply(200)
                .about(installation.grant());
    }

    /** Redirects after a change was saved; with the state only if the page was opened with one. */
    Reply back(GitHubInstallation installation, @Nullable String state) {
        github.userTokens.authorize(user());
        Code code = github.codes.add(Code.issued(github.context, user(), null, null));
        Params result = new Params()
                .and("code", code.value())
                .and("installation_id", installation.id())
                .and("setup_action", "update");
        return CallbackRedirect.toFirstCallback(github, state).with(result).about(installation.grant());
    }

    private GitHubInstallation installation(Request request) {
        Account account = github.accounts.findByLogin(request.variable("org"));
        GitHubInstallation found = account == null ? null : github.installations.findOn(account);
        if (account == null || found == null || !String.valueOf(found.id()).equals(request.variable("id"))) {
            throw Errors.notFoundPage("installation_unknown");
        }
        if (!account.isOwner(user())) {
            throw Errors.notFoundPage("not_an_owner");
        }
        return found;
    }

    private User user() {
        return github.accounts.signedIn();
    }
}
