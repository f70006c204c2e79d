package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people do at GitHub, whichever way they do it: on a page, through the API or by an act. The webhooks follow. */
final class Customers {

    private final World world;
    private final Webhooks webhooks;

    Customers(World world, Webhooks webhooks) {
        this.world = world;
        this.webhooks = webhooks;
    }

    /** Null repositories are all of them. */
    Installation install(Account on, User by, @Nullable List<Long> repositoryIds, @Nullable User requester) {
        Installation made =
                world.installations.put(Installation.of(world.nextId(), on, repositoryIds, world.stage.wireTime()));
        world.requests.answered(on);
        ObjectNode payload = payload("created", made);
        payload.set("repositories", repositories(made.repositories(on), on));
        if (requester != null) {
            payload.set("requester", requester.profile(Addresses.of(world.stage)));
        }
        webhooks.happened("installation", payload, by);
        return made;
    }

    /** A second wish of the same account changes nothing. */
    void request(Account on, User by) {
        InstallationRequest open = world.requests.findOn(on.id());
        if (open == null || open.requesterId() != by.id()) {
            world.requests.file(new InstallationRequest(world.nextId(), on.id(), by.id(), world.stage.wireTime()));
        }
    }

    Installation approve(InstallationRequest request, User by) {
        Account account = world.accounts.account(request.accountId());
        return install(account, by, null, world.accounts.user(request.requesterId()));
    }

    void uninstall(Installation installation, User by) {
        world.installations.remove(installation);
        world.installationTokens.revokeAllOf(installation);
        webhooks.happened("installation", payload("deleted", installation), by);
    }

    void suspend(Installation installation, User by) {
        Installation changed = world.installations.put(installation.suspended(by, world.stage.wireTime()));
        webhooks.happened("installation", payload("suspend", changed), by);
    }

    void unsuspend(Installation installation, User by) {
        Installation changed = world.installations.put(installation.unsuspended(world.stage.wireTime()));
        webhooks.happened("installation", payload("unsuspend", changed), by);
    }

    void permit(Installation installation, Map<String, String> permissions, User by) {
        Installation changed = world.installations.put(installation.permitting(permissions, world.stage.wireTime()));
        webhooks.happened("installation", payload("new_permissions_accepted", changed), by);
    }

    /** Null repositories are all of them. */
    void reach(Installation installation, @Nullable List<Long> repositoryIds, User by) {
        Account account = world.accounts.account(installation.accountId());
        List<Repository> before = installation.repositories(account);
        Installation changed = world.installations.put(installation.reaching(repositoryIds, world.stage.wireTime()));
        List<Repository> after = changed.repositories(account);
        repositoriesChanged("added", changed, account, without(after, before), by);
        repositoriesChanged("removed", changed, account, without(before, after), by);
    }

    void rename(Account account, String login, User by) {
        world.accounts.put(account.renamed(login));
        Installation installation = world.installations.findOn(account);
        if (installation != null) {
            ObjectNode payload = Json.object().put("action", "renamed").put("target_type", account.type());
            payload.set("account", account.renamed(login).profile(Addresses.of(world.stage)));
            payload.set("installation", installation.named());
            payload.set("changes", Json.object().set("login", Json.object().put("from", account.login())));
            webhooks.happened("installation_target", payload, by);
        }
    }

    /** The user takes the authorization back; installations stay. */
    void revokeAuthorization(User user) {
        world.userTokens.revokeGrant(user.id());
        // This payload has neither an installation nor a token.
        webhooks.happened("github_app_authorization", Json.object().put("action", "revoked"), user);
    }

    private void repositoriesChanged(
            String action, Installation installation, Account account, List<Repository> changed, User by) {
        if (changed.isEmpty()) {
            return;
        }
        ObjectNode payload = payload(action, installation)
                .put("repository_selection", installation.selection())
                .putNull("requester");
        payload.set("repositories_added", repositories(action.equals("added") ? changed : List.of(), account));
        payload.set("repositories_removed", repositories(action.equals("removed") ? changed : List.of(), account));
        webhooks.happened("installation_repositories", payload, by);
    }

    private ObjectNode payload(String action, Installation about) {
        ObjectNode payload = Json.object().put("action", action);
        payload.set("installation", about.inWebhooks(world));
        return payload;
    }

    private static JsonNode repositories(List<Repository> repositories, Account owner) {
        return Json.of(repositories.stream().map(each -> each.brief(owner)).toList());
    }

    private static List<Repository> without(List<Repository> all, List<Repository> these) {
        return all.stream().filter(each -> !these.contains(each)).toList();
    }
}
