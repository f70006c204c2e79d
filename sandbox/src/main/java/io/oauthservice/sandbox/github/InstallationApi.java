package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an installation token opens. */
final class InstallationApi {

    private final World world;

    InstallationApi(World world) {
        this.world = world;
    }

    Reply repositories(Request request) {
        InstallationToken token = live(request);
        Installation installation = installation(token);
        Account account = world.accounts.account(installation.accountId());
        List<Repository> reached = reached(token, installation, account);
        String selection = token.repositoryIds() == null ? installation.selection() : "selected";
        Addresses at = Addresses.of(world.stage, request);
        return Paging.of(request, world.stage)
                .counted(
                        Json.object().put("repository_selection", selection),
                        "repositories",
                        reached,
                        each -> each.json(account, at))
                .about(installation.grant());
    }

    Reply revoke(Request request) {
        InstallationToken token = live(request);
        world.installationTokens.revoke(token);
        return Reply.nothing().about("installation:" + token.installationId());
    }

    // A token narrowed to repositories reaches those of them that the installation still reaches.
    private static List<Repository> reached(InstallationToken token, Installation installation, Account account) {
        List<Long> narrowed = token.repositoryIds();
        return installation.repositories(account).stream()
                .filter(each -> narrowed == null || narrowed.contains(each.id()))
                .toList();
    }

    private InstallationToken live(Request request) {
        String value = request.bearerOrToken();
        if (value == null) {
            throw Errors.refuse(401, "Requires authentication", "token_missing");
        }
        if (world.userTokens.find(value) != null) {
            throw Errors.refuse(403, "Resource not accessible by integration", "wrong_kind_of_token");
        }
        InstallationToken token = world.installationTokens.find(value);
        String violation = whyDead(token);
        if (token == null || violation != null) {
            throw Errors.refuse(401, "Bad credentials", String.valueOf(violation));
        }
        return token;
    }

    private @Nullable String whyDead(@Nullable InstallationToken token) {
        if (token == null) {
            return "token_unknown";
        }
        return token.isExpired(world.stage.now()) ? "token_expired" : null;
    }

    private Installation installation(InstallationToken token) {
        Installation found = world.installations.find(token.installationId());
        if (found == null) {
            throw Errors.refuse(401, "Bad credentials", "token_revoked");
        }
        if (found.isSuspended()) {
            throw Errors.refuse(403, "This installation has been suspended", "installation_suspended");
        }
        return found;
    }
}
