package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The endpoints that take a user token. */
final class UserApi {

    private final GitHubState github;

    UserApi(GitHubState github) {
        this.github = github;
    }

    Reply user(Request request) {
        UserToken token = validToken(request);
        return Reply.json(200, user(token).json(Addresses.of(github.context, request)))
                .about(token.grant());
    }

    /** The installations on accounts that the user has access to. */
    Reply installations(Request request) {
        UserToken token = validToken(request);
        User user = user(token);
        List<GitHubInstallation> reached = github.installations.all().stream()
                .filter(each -> github.accounts.account(each.accountId()).hasMember(user))
                .toList();
        Addresses at = Addresses.of(github.context, request);
        return Paging.of(request, github.context)
                .countedReply(Json.object(), "installations", reached, each -> each.json(github, at))
                .about(token.grant());
    }

    Reply membership(Request request) {
        UserToken token = validToken(request);
        User user = user(token);
        Account account = github.accounts.findByLogin(request.variable("org"));
        if (account == null || !account.isOrganization() || !account.hasMember(user)) {
            throw Errors.refuse(404, "Not Found", "organization_not_visible");
        }
        checkMembersAreReadable(account);
        return Reply.json(200, membership(account, user, Addresses.of(github.context, request)))
                .with("X-Accepted-GitHub-Permissions", "members=read")
                .about(token.grant());
    }

    private static ObjectNode membership(Account account, User user, Addresses at) {
        ObjectNode organization = account.organization(at);
        String url = organization.path("url").stringValue();
        ObjectNode json = Json.object()
                .put("url", url + "/memberships/" + user.login())
                .put("state", "active")
                .put("role", account.isOwner(user) ? "admin" : "member")
                .put("organization_url", url);
        json.set("organization", organization);
        json.set("user", user.profile(at));
        return json;
    }

    // A user token is limited to what both the user and the installation may access.
    private void checkMembersAreReadable(Account account) {
        GitHubInstallation installation = github.installations.findOn(account);
        if (installation == null || !installation.permissions().containsKey("members")) {
            throw Errors.refuse(403, "Resource not accessible by integration", "members_not_granted");
        }
    }

    private UserToken validToken(Request request) {
        String value = request.bearerOrToken();
        if (value == null) {
            throw Errors.refuse(401, "Requires authentication", "token_missing");
        }
        if (github.installationTokens.find(value) != null) {
            throw Errors.refuse(403, "Resource not accessible by integration", "wrong_kind_of_token");
        }
        UserToken token = github.userTokens.find(value);
        String violation = token == null ? "token_unknown" : token.findViolation(github.context.now());
        if (token == null || violation != null) {
            throw Errors.refuse(401, "Bad credentials", String.valueOf(violation));
        }
        return token;
    }

    private User user(UserToken token) {
        return github.accounts.user(token.userId());
    }
}
