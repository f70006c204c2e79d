package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Refusal;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The page on which someone chooses the account to install the app on. */
final class InstallPage {

    private static final int MOST_REPOSITORIES = 100;

    private final GitHubState github;
    private final GitHubChanges customers;
    private final ConfigurePage configurePage;
    private final Setting<Boolean> requireApproval;

    InstallPage(GitHubState github, GitHubChanges customers, ConfigurePage configurePage) {
        this.github = github;
        this.customers = customers;
        this.configurePage = configurePage;
        this.requireApproval = github.context.settings().flag("require_approval", false);
    }

    Reply open(Request request) {
        Params wish = checked(request, request.query());
        return switch (github.context.settings().consent()) {
            case ASK -> shown(request, wish);
            case APPROVE -> approved(wish);
            case DENY -> back(wish).denied(user());
        };
    }

    Reply openPreselected(Request request) {
        if (!request.query().has("suggested_target_id")) {
            throw Errors.notFoundPage("suggested_target_id_missing");
        }
        return open(request);
    }

    Reply decide(Request request) {
        Params wish = checked(request, request.form());
        String decision = wish.get("decision");
        if ("deny".equals(decision)) {
            return back(wish).denied(user());
        }
        if (!"approve".equals(decision)) {
            throw new Refusal(
                    Errors.api(422, "decision must be approve or deny").violating("decision_missing"));
        }
        GitHubInstallation installed = github.installations.findOn(account(wish));
        return installed == null ? approved(wish) : configurePage.shown(installed, wish.get("state"));
    }

    private Params checked(Request request, Params wish) {
        if (!request.variable("slug").equals(App.SLUG)) {
            throw Errors.notFoundPage("app_unknown");
        }
        if (wish.all("repository_ids[]").size() > MOST_REPOSITORIES) {
            throw new Refusal(Errors.api(422, "At most 100 repositories.").violating("too_many_repositories"));
        }
        return wish;
    }

    private Reply shown(Request request, Params wish) {
        Account chosen = account(wish);
        GitHubInstallation installed = github.installations.findOn(chosen);
        if (installed != null && suggested(wish) != null) {
            return configurePage.shown(installed, wish.get("state"));
        }
        Page page = new Page("GitHub", "Install Sandbox App")
                .says("You are signed in as " + user().login() + ". Where should the app be installed?")
                .form(request.path())
                .hidden("state", wish.get("state"));
        wish.all("repository_ids[]").forEach(id -> page.hidden("repository_ids[]", id));
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

    private Reply approved(Params wish) {
        Account account = account(wish);
        GitHubInstallation installed = github.installations.findOn(account);
        if (installed != null) {
            return configurePage.back(installed, wish.get("state"));
        }
        return mayInstallOn(account) ? installed(account, wish) : requested(account, wish);
    }

    private Reply installed(Account account, Params wish) {
        GitHubInstallation made = customers.install(account, user(), repositories(account, wish), null);
        Params result = new Params()
                .and("code", code())
                .and("installation_id", made.id())
                .and("setup_action", "install");
        return back(wish).with(result).about(made.grant());
    }

    private Reply requested(Account account, Params wish) {
        customers.request(account, user());
        Params result = new Params().and("code", code()).and("setup_action", "request");
        return back(wish).with(result).about("user:" + user().id());
    }

    private boolean mayInstallOn(Account account) {
        return account.isOwner(user()) && !requireApproval.value();
    }

    // The app asks for user authorization during installation, so installing is authorizing.
    private String code() {
        github.userTokens.authorize(user());
        return github.codes
                .give(Code.issued(github.context, user(), null, null))
                .value();
    }

    private Account account(Params wish) {
        String wanted = wish.has("account_id") ? wish.get("account_id") : suggested(wish);
        return choices().stream()
                .filter(each -> wanted == null || String.valueOf(each.id()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> Errors.notFoundPage("account_not_visible"));
    }

    private static @Nullable String suggested(Params wish) {
        return wish.has("suggested_target_id") ? wish.get("suggested_target_id") : wish.get("target_id");
    }

    private static @Nullable List<Long> repositories(Account account, Params wish) {
        List<String> wanted = wish.all("repository_ids[]");
        List<Long> ids = account.repositoryIds().stream()
                .filter(id -> wanted.contains(String.valueOf(id)))
                .toList();
        return ids.isEmpty() ? null : ids;
    }

    private List<Account> choices() {
        return github.accounts.visibleTo(user());
    }

    private CallbackRedirect back(Params wish) {
        return CallbackRedirect.toTheFirstCallback(github, wish.get("state"));
    }

    private User user() {
        return github.accounts.signedIn();
    }
}
