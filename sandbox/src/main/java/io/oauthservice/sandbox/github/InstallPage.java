package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The page on which a user chooses the account to install the app on. */
final class InstallPage {

    private static final int MOST_REPOSITORIES = 100;

    private final GitHubState github;
    private final GitHubChanges changes;
    private final ConfigurePage configurePage;
    private final Setting<Boolean> requireApproval;

    InstallPage(GitHubState github, GitHubChanges changes, ConfigurePage configurePage) {
        this.github = github;
        this.changes = changes;
        this.configurePage = configurePage;
        this.requireApproval = github.context.settings().flag("require_approval", false);
    }

    Reply open(Request request) {
        Params params = check(request, request.query());
        return switch (github.context.settings().consent()) {
            case ASK -> showPage(request, params);
            case APPROVE -> approve(params);
            case DENY -> back(params).deny(user());
        };
    }

    Reply openPreselected(Request request) {
        if (!request.query().has("suggested_target_id")) {
            throw Errors.notFoundPage("suggested_target_id_missing");
        }
        return open(request);
    }

    Reply decide(Request request) {
        Params params = check(request, request.form());
        String decision = params.get("decision");
        if ("deny".equals(decision)) {
            return back(params).deny(user());
        }
        if (!"approve".equals(decision)) {
            throw new RejectionException(
                    Errors.api(422, "decision must be approve or deny").violating("decision_missing"));
        }
        GitHubInstallation installed = github.installations.findOn(account(params));
        return installed == null ? approve(params) : configurePage.show(installed, params.get("state"));
    }

    private Params check(Request request, Params params) {
        if (!request.variable("slug").equals(App.SLUG)) {
            throw Errors.notFoundPage("app_unknown");
        }
        if (params.all("repository_ids[]").size() > MOST_REPOSITORIES) {
            throw new RejectionException(
                    Errors.api(422, "At most 100 repositories.").violating("too_many_repositories"));
        }
        return params;
    }

    private Reply showPage(Request request, Params params) {
        Account chosen = account(params);
        GitHubInstallation installed = github.installations.findOn(chosen);
        if (installed != null && suggested(params) != null) {
            return configurePage.show(installed, params.get("state"));
        }
        Page page = new Page("GitHub", "Install Sandbox App")
                .paragraph("You are signed in as " + user().login() + ". Where should the app be installed?")
                .form(request.path())
                .hiddenField("state", params.get("state"));
        params.all("repository_ids[]").forEach(id -> page.hiddenField("repository_ids[]", id));
        choices().forEach(each -> page.radio("account_id", each.id(), label(each), each.equals(chosen)));
        return page.button("decision", "approve", "Install")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private String label(Account account) {
        if (github.installations.findOn(account) != null) {
            return account.login() + " (installed: configure)";
        }
        return mayInstallOn(account) ? account.login() : account.login() + " (an owner has to approve)";
    }

    private Reply approve(Params params) {
        Account account = account(params);
        GitHubInstallation installed = github.installations.findOn(account);
        if (installed != null) {
            return configurePage.back(installed, params.get("state"));
        }
        return mayInstallOn(account) ? install(account, params) : request(account, params);
    }

    private Reply install(Account account, Params params) {
        GitHubInstallation made = changes.install(account, user(), repositories(account, params), null);
        Params result = new Params()
                .and("code", code())
                .and("installation_id", made.id())
                .and("setup_action", "install");
        return back(params).with(result).about(made.grant());
    }

    private Reply request(Account account, Params params) {
        changes.request(account, user());
        Params result = new Params().and("code", code()).and("setup_action", "request");
        return back(params).with(result).about("user:" + user().id());
    }

    private boolean mayInstallOn(Account account) {
        return account.isOwner(user()) && !requireApproval.value();
    }

    // The app requests user authorization during installation, so installing includes authorizing.
    private String code() {
        github.userTokens.authorize(user());
        return github.codes.add(Code.issued(github.context, user(), null, null)).value();
    }

    private Account account(Params params) {
        String wanted = params.has("account_id") ? params.get("account_id") : suggested(params);
        return choices().stream()
                .filter(each -> wanted == null || String.valueOf(each.id()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> Errors.notFoundPage("account_not_visible"));
    }

    private static @Nullable String suggested(Params params) {
        return params.has("suggested_target_id") ? params.get("suggested_target_id") : params.get("target_id");
    }

    private static @Nullable List<Long> repositories(Account account, Params params) {
        List<String> wanted = params.all("repository_ids[]");
        List<Long> ids = account.repositoryIds().stream()
                .filter(id -> wanted.contains(String.valueOf(id)))
                .toList();
        return ids.isEmpty() ? null : ids;
    }

    private List<Account> choices() {
        return github.accounts.visibleTo(user());
    }

    private CallbackRedirect back(Params params) {
        return CallbackRedirect.toFirstCallback(github, params.get("state"));
    }

    private User user() {
        return github.accounts.signedIn();
    }
}
