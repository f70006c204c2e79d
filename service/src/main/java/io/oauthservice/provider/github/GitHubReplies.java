package io.oauthservice.provider.github;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.DeliveryAttempts;
import io.oauthservice.provider.DeliveryAttempts.Attempt;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.ListedInstallations;
import io.oauthservice.provider.ListedInstallations.Listed;
import io.oauthservice.provider.NarrowedToken;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Maps GitHub's JSON to the types of package {@code provider}. */
final class GitHubReplies {

    /** The time is ISO 8601 in UTC, in seconds. */
    private static final Comparator<JsonNode> OLDEST_FIRST = Comparator.comparing(
                    (JsonNode request) -> request.path("created_at").asString(""))
            .thenComparingLong(request -> request.path("id").asLong(0));

    private GitHubReplies() {}

    /** An installation token: docs/providers.md 1.6. */
    static OAuthTokens tokens(Reply minted) {
        JsonNode body = minted.body();
        return new OAuthTokens(
                Secret.of(TokenReplies.required(body, "token")),
                null,
                minted.date(),
                instant(TokenReplies.required(body, "expires_at")),
                null,
                null,
                Set.of(),
                permissions(body));
    }

    /** An installation token for a part of the grant: docs/providers.md 1.6. */
    static NarrowedToken narrowedToken(Reply minted) {
        JsonNode body = minted.body();
        return new NarrowedToken(
                Secret.of(TokenReplies.required(body, "token")),
                minted.date(),
                instant(TokenReplies.required(body, "expires_at")),
                permissions(body),
                "selected".equals(ProviderHttp.text(body, "repository_selection")) ? repositories(body) : null);
    }

    /** Null: GitHub does not list them, so that the token may cover any (docs/providers.md 1.6). */
    private static @Nullable List<Repository> repositories(JsonNode body) {
        JsonNode repositories = body.path("repositories");
        return repositories.isArray()
                ? repositories.valueStream().map(GitHubReplies::repository).toList()
                : null;
    }

    static Repository repository(JsonNode repository) {
        return new Repository(TokenReplies.required(repository, "id"), TokenReplies.required(repository, "name"));
    }

    /** A user's token pair. Without the fields of expiry it does not expire: docs/providers.md 1.4. */
    static OAuthTokens userTokens(Reply reply) {
        JsonNode body = reply.body();
        return TokenReplies.tokens(
                reply, body, Set.of(), TokenReplies.expiry(reply, body, "refresh_token_expires_in"), null);
    }

    /** A user as people and logs name them. */
    static String person(JsonNode user) {
        return TokenReplies.required(user, "login") + " (" + TokenReplies.required(user, "id") + ")";
    }

    static InstallationInfo info(JsonNode installation, @Nullable String installedBy) {
        Organisation account = accountOf(installation);
        return new InstallationInfo(
                grantKey(account),
                List.of(account),
                TokenReplies.required(installation, "id"),
                null,
                metadata(installation),
                installedBy,
                ProviderHttp.text(installation, "suspended_at") != null,
                false);
    }

    /** A page of the app's installations: docs/providers.md 1.8. */
    static ListedInstallations list(Reply page) {
        List<Listed> installations = page.body()
                .valueStream()
                .map(installation -> new Listed(
                        info(installation, null),
                        permissions(installation),
                        instant(TokenReplies.required(installation, "updated_at"))))
                .toList();
        return new ListedInstallations(
                installations, NextPage.query(page.headers()).orElse(null), callsPerHour(page));
    }

    /** A page of the attempts to deliver webhooks: docs/providers.md 1.10. */
    static DeliveryAttempts deliveries(Reply page) {
        List<Attempt> attempts = page.body()
                .valueStream()
                .map(attempt -> new Attempt(
                        TokenReplies.required(attempt, "id"),
                        TokenReplies.required(attempt, "guid"),
                        isIrreplaceable(attempt),
                        "OK".equals(ProviderHttp.text(attempt, "status"))))
                .toList();
        return new DeliveryAttempts(attempts, NextPage.query(page.headers()).orElse(null));
    }

    /** The list of installations has neither revoked authorizations nor requesters: docs/providers.md 1.8, 1.10. */
    private static boolean isIrreplaceable(JsonNode attempt) {
        String event = ProviderHttp.text(attempt, "event");
        return "github_app_authorization".equals(event)
                || ("installation".equals(event) && "created".equals(ProviderHttp.text(attempt, "action")));
    }

    private static @Nullable Integer callsPerHour(Reply reply) {
        String limit = reply.headers().getFirst("X-RateLimit-Limit");
        return limit != null && limit.matches("[1-9][0-9]{0,8}") ? Integer.valueOf(limit) : null;
    }

    /** A user's own grant, for the accounts of all installations that the user has access to. */
    static InstallationInfo userInfo(JsonNode user, List<JsonNode> installations) {
        String id = TokenReplies.required(user, "id");
        List<Organisation> accounts =
                installations.stream().map(GitHubReplies::accountOf).distinct().toList();
        return new InstallationInfo("user:" + id, accounts, null, id, Map.of(), person(user), false, true);
    }

    /** The open requests of this user, the latest first. */
    static List<InstallationInfo> requestsBy(JsonNode user, List<JsonNode> requests) {
        String userId = TokenReplies.required(user, "id");
        return requests.stream()
                .filter(request -> userId.equals(ProviderHttp.text(request.path("requester"), "id")))
                .filter(request -> request.path("account").isObject())
                .sorted(OLDEST_FIRST.reversed())
                .map(request -> account(request.path("account")))
                .map(account -> new InstallationInfo(
                        grantKey(account), List.of(account), null, null, Map.of(), person(user), false, false))
                .toList();
    }

    /**
     * An account has at most one installation of the app, and a reinstallation gets a new id (docs/providers.md 5.10).
     */
    private static String grantKey(Organisation account) {
        return "inst:" + account.id();
    }

    /**
     * The account may be null; {@code target_id} is the account's id (docs/providers.md 1.8).
     * https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app
     */
    private static Organisation accountOf(JsonNode installation) {
        JsonNode account = installation.path("account");
        return account.isObject()
                ? account(account)
                : new Organisation(TokenReplies.required(installation, "target_id"), null, null);
    }

    /** An enterprise account has a slug instead of a login: docs/providers.md 1.8. */
    private static Organisation account(JsonNode account) {
        String login = ProviderHttp.text(account, "login");
        String name = login != null ? login : ProviderHttp.text(account, "slug");
        return new Organisation(TokenReplies.required(account, "id"), name, ProviderHttp.text(account, "html_url"));
    }

    private static Map<String, Object> metadata(JsonNode installation) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String field : List.of("target_type", "repository_selection", "app_slug", "html_url", "suspended_at")) {
            String text = ProviderHttp.text(installation, field);
            if (text != null) {
                metadata.put(field, text);
            }
        }
        return metadata;
    }

    static Map<String, String> permissions(JsonNode body) {
        Map<String, String> permissions = new LinkedHashMap<>();
        body.path("permissions")
                .properties()
                .forEach(entry ->
                        permissions.put(entry.getKey(), entry.getValue().asString("")));
        return permissions;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw ProviderException.Retryable.outcomeUnknown(
                    "unexpected_answer", "GitHub's response contains an invalid time", e);
        }
    }
}
