package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.github.AppView.Place;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;

/** The endpoints under {@code /app}; the app authenticates with its JWT. */
final class AppApi {

    private final GitHubState github;
    private final GitHubChanges changes;
    private final AppJwtVerifier jwt;

    AppApi(GitHubState github, GitHubChanges changes, AppJwtVerifier jwt) {
        this.github = github;
        this.changes = changes;
        this.jwt = jwt;
    }

    Reply app(Request request) {
        jwt.verify(request);
        int installed = github.view.seen(Place.LIST).size();
        boolean other = github.view.app().isOther();
        return Reply.json(200, other ? App.otherJson(at(request)) : App.json(at(request), installed));
    }

    Reply installations(Request request) {
        jwt.verify(request);
        Addresses at = at(request);
        List<GitHubInstallation> all = github.view.seen(Place.LIST);
        return Paging.of(request, github.context).plain(all, each -> each.toListJson(github, at));
    }

    Reply installation(Request request) {
        GitHubInstallation found = verify(request);
        return Reply.json(200, found.json(github, at(request))).about(found.grant());
    }

    Reply requests(Request request) {
        jwt.verify(request);
        Addresses at = at(request);
        List<InstallationRequest> open = github.view.app().isOther() ? List.of() : github.requests.all();
        return Paging.of(request, github.context).plain(open, each -> each.json(github.accounts, at));
    }

    Reply uninstall(Request request) {
        GitHubInstallation found = verify(request);
        changes.uninstall(found, owner(found));
        return Reply.nothing().about(found.grant());
    }

    Reply suspend(Request request) {
        GitHubInstallation found = verify(request);
        changes.suspend(found, owner(found));
        return Reply.nothing().about(found.grant());
    }

    Reply unsuspend(Request request) {
        GitHubInstallation found = verify(request);
        changes.unsuspend(found, owner(found));
        return Reply.nothing().about(found.grant());
    }

    /** Verifies the JWT and finds the installation in the address. */
    GitHubInstallation verify(Request request) {
        jwt.verify(request);
        return github.view.seen(Place.ADDRESS).stream()
                .filter(each -> String.valueOf(each.id()).equals(request.variable("id")))
                .findFirst()
                .orElseThrow(() -> Errors.refuse(404, "Not Found", "installation_unknown"));
    }

    private Addresses at(Request request) {
        return Addresses.of(github.context, request);
    }

    // GitHub records an owner as the sender of what the app does to itself.
    private User owner(GitHubInstallation installation) {
        return github.accounts.ownerOf(github.accounts.account(installation.accountId()));
    }
}
