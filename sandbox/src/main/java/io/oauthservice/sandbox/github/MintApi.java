package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Issues installation tokens for the whole installation or for a part of it. */
final class MintApi {

    private static final int MOST_REPOSITORIES = 500;
    private static final List<String> LEVELS = List.of("read", "write", "admin");

    private final GitHubState github;
    private final AppApi app;

    MintApi(GitHubState github, AppApi app) {
        this.github = github;
        this.app = app;
    }

    Reply mint(Request request) {
        GitHubInstallation installation = app.verify(request);
        Addresses at = Addresses.of(github.context, request);
        if (installation.isSuspended()) {
            throw Errors.refuse(403, "This installation has been suspended", "installation_suspended");
        }
        ObjectNode body = body(request);
        Account account = github.accounts.account(installation.accountId());
        List<Long> repositories = repositories(body, installation.repositories(account));
        Map<String, String> permissions = permissions(body.get("permissions"), installation.permissions());
        boolean stateless = !"disabled".equals(request.header("X-GitHub-Stateless-S2S-Token"));
        InstallationToken token = github.installationTokens.issue(installation, repositories, permissions, stateless);
        return Reply.json(201, json(token, installation, account, at)).about(installation.grant());
    }

    private static ObjectNode body(Request request) {
        if (!request.hasBody()) {
            return Json.object();
        }
        return switch (request.anyJson()) {
            case null -> throw Errors.refuse(400, "Problems parsing JSON", "body_malformed");
            case ObjectNode object -> object;
            case NullNode nothing -> Json.object();
            default -> throw Errors.refuse(400, "Body should be a JSON object", "body_malformed");
        };
    }

    private static @Nullable List<Long> repositories(ObjectNode body, List<Repository> reachable) {
        List<JsonNode> wanted = new ArrayList<>(array(body.get("repository_ids")));
        wanted.addAll(array(body.get("repositories")));
        if (wanted.isEmpty()) {
            return null;
        }
        if (wanted.size() > MOST_REPOSITORIES) {
            throw unprocessable("Only 500 repositories can be requested.", "too_many_repositories");
        }
        return wanted.stream()
                .map(each -> findReached(each, reachable))
                .distinct()
                .toList();
    }

    private static Long findReached(JsonNode wanted, List<Repository> reachable) {
        for (Repository each : reachable) {
            if (wanted.isString()
                    ? wanted.stringValue().equalsIgnoreCase(each.name())
                    : wanted.asLong(-1) == each.id()) {
                return each.id();
            }
        }
        String why =
                "There is at least one repository that does not exist or is not accessible to the parent installation.";
        throw unprocessable(why, "repository_not_accessible");
    }

    private static List<JsonNode> array(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw unprocessable("Invalid request: repositories must be an array.", "body_malformed");
        }
        return node.valueStream().toList();
    }

    private static Map<String, String> permissions(@Nullable JsonNode wanted, Map<String, String> granted) {
        if (wanted == null || wanted.isNull()) {
            return granted;
        }
        if (!wanted.isObject()) {
            throw unprocessable("Invalid request: permissions must be an object.", "body_malformed");
        }
        // Without requested permissions the token has all that are granted, as with repositories.
        if (wanted.isEmpty()) {
            return granted;
        }
        Map<String, String> permissions = new TreeMap<>();
        wanted.forEachEntry((name, level) -> permissions.put(name, level.asString("")));
        permissions.forEach((name, level) -> checkGranted(level, granted.get(name)));
        // Every token can read metadata.
        permissions.putIfAbsent("metadata", "read");
        return permissions;
    }

    private static void checkGranted(String wanted, @Nullable String granted) {
        if (!LEVELS.contains(wanted)) {
            throw unprocessable("Invalid request: a permission is read, write or admin.", "body_malformed");
        }
        if (granted == null || LEVELS.indexOf(wanted) > LEVELS.indexOf(granted)) {
            String why = "The permissions requested are not granted to this installation.";
            throw unprocessable(why, "permission_not_granted");
        }
    }

    private static RejectionException unprocessable(String message, String violation) {
        return Errors.refuse(422, message, violation);
    }

    private ObjectNode json(InstallationToken token, GitHubInstallation installation, Account account, Addresses at) {
        List<Long> narrowed = token.repositoryIds();
        ObjectNode json = Json.object()
                .put("token", token.value())
                .put("expires_at", github.context.visible(token.expiresAt()).toString());
        json.set("permissions", Json.of(new TreeMap<>(token.permissions())));
        json.put("repository_selection", narrowed == null ? installation.selection() : "selected");
        if (narrowed != null) {
            json.set(
                    "repositories",
                    Json.of(account.repositories(narrowed)
                            .map(each -> each.json(account, at))
                            .toList()));
        }
        return json;
    }
}
