package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;

/** Finds the app's installation by organisation, repository or user. */
final class LookupApi {

    private final GitHubState github;
    private final AppJwtVerifier jwt;

    LookupApi(GitHubState github, AppJwtVerifier jwt) {
        this.github = github;
        this.jwt = jwt;
    }

    Reply ofOrganization(Request request) {
        jwt.verify(request);
        Account account = account(request.variable("org"));
        if (!account.isOrganization()) {
            throw notFound("organization_unknown");
        }
        return show(on(account), request);
    }

    /** As at GitHub, this also works for organisations. */
    Reply ofUser(Request request) {
        jwt.verify(request);
        return show(on(account(request.variable("username"))), request);
    }

    /** A repository that is not selected gets the same reply as one that does not exist. */
    Reply ofRepository(Request request) {
        jwt.verify(request);
        Account account = account(request.variable("owner"));
        GitHubInstallation found = on(account);
        boolean reached = found.repositories(account).stream()
                .anyMatch(each -> each.name().equalsIgnoreCase(request.variable("repo")));
        if (!reached) {
            throw notFound("repository_not_reached");
        }
        return show(found, request);
    }

    private Reply show(GitHubInstallation found, Request request) {
        return Reply.json(200, found.json(github, Addresses.of(github.context, request)))
                .about(found.grant());
    }

    private Account account(String login) {
        Account found = github.accounts.findByLogin(login);
        if (found == null) {
            throw notFound("account_unknown");
        }
        return found;
    }

    private GitHubInstallation on(Account account) {
        return github.view.seen(AppView.Place.ADDRESS).stream()
                .filter(each -> each.accountId() == account.id())
                .findFirst()
                .orElseThrow(() -> notFound("not_installed"));
    }

    private static RejectionException notFound(String violation) {
        return Errors.refuse(404, "Not Found", violation);
    }
}
