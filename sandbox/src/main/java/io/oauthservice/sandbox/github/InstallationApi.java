package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The endpoints that take an installation token. */
final class InstallationApi {

    private final GitHubState github;

    InstallationApi(GitHubState github) {
        this.github = github;
    }

    Reply repositories(Request request) {
        InstallationToken token = validToken(request);
        GitHubInstallation installation = installation(token);
        Account account = github.accounts.account(installation.accountId());
        List<Repository> reached = findReached(token, installation, account);
        String selection = token.repositoryIds() == null ? installation.selection() : "selected";
        Addresses at = Addresses.of(github.context, request);
        return Paging.of(request, github.context)
                .countedReply(
                        Json.object().put("repository_selection", selection),
                        "repositories",
                        reached,
                        each -> each.json(account, at))
                .about(installation.grant());
    }

    Reply revoke(Request request) {
        InstallationToken token = validToken(request);
        github.installationTokens.revoke(token);
        return Reply.nothing().about("installation:" + token.installationId());
    }

    // A token for selected repositories reaches only those that the installation still covers.
    private static List<Repository> findReached(
            InstallationToken token, GitHubInstallation installation, Account account) {
        List<Long> narrowed = token.repositoryIds();
        return installation.repositories(account).stream()
                .filter(each -> narrowed == null || narrowed.contains(each.id()))
                .toList();
    }

    private InstallationToken validToken(Request request) {
        String value = request.bearerOrToken();
        if (value == null) {
            throw Errors.refuse(401, "Requires authentication", "token_missing");
        }
        if (github.userTokens.find(value) != null) {
            throw Errors.refuse(403, "Resource not accessible by integration", "wrong_kind_of_token");
        }
        InstallationToken token = github.installationTokens.find(value);
        String violation = findViolation(token);
        if (token == null || violation != null) {
            throw Errors.refuse(401, "Bad credentials", String.valueOf(violation));
        }
        return token;
    }

    private @Nullable String findViolation(@Nullable InstallationToken token) {
        if (token == null) {
            return "token_unknown";
        }
        return token.isExpired(github.context.now()) ? "token_expired" : null;
    }

    private GitHubInstallation installation(InstallationToken token) {
        GitHubInstallation found = github.installations.find(token.installationId());
        if (found == null) {
            throw Errors.refuse(401, "Bad credentials", "token_revoked");
        }
        if (found.isSuspended()) {
            throw Errors.refuse(403, "This installation has been suspended", "installation_suspended");
        }
        return found;
    }
}
