package io.oauthservice.provider.github;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** GitHub's JSON in the contract's words. */
final class GitHubAnswers {

    private GitHubAnswers() {}

    static OAuthTokens tokens(Reply minted, Map<String, String> about) {
        JsonNode body = minted.body();
        return new OAuthTokens(
                Secret.of(TokenReplies.required(body, "token")),
                null,
                minted.date(),
                instant(TokenReplies.required(body, "expires_at")),
                null,
                null,
                Set.of(),
                permissions(body),
                about);
    }

    /** A user's pair; without expiry where the app's tokens do not expire. */
    static OAuthTokens userTokens(Reply reply, Map<String, String> about) {
        JsonNode body = reply.body();
        String refresh = reply.text("refresh_token");
        return new OAuthTokens(
                Secret.of(TokenReplies.required(body, "access_token")),
                refresh == null ? null : Secret.of(refresh),
                reply.date(),
                TokenReplies.expiry(reply, body),
                TokenReplies.expiry(reply, body, "refresh_token_expires_in"),
                null,
                Set.of(),
                Map.of(),
                about);
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

    /** A user's own grant: it reaches the accounts of all installations that the user reaches. */
    static InstallationInfo userInfo(JsonNode user, List<JsonNode> installations) {
        String id = TokenReplies.required(user, "id");
        List<Organisation> accounts =
                installations.stream().map(GitHubAnswers::accountOf).distinct().toList();
        String person = TokenReplies.required(user, "login") + " (" + id + ")";
        return new InstallationInfo("user:" + id, accounts, null, id, Map.of(), person, false, true);
    }

    /** The newest open request of this user; null where there is none. */
    static @Nullable InstallationInfo requestBy(JsonNode user, JsonNode requests) {
        String userId = TokenReplies.required(user, "id");
        for (JsonNode request : requests) {
            boolean theirs = userId.equals(ProviderHttp.text(request.path("requester"), "id"));
            if (theirs && request.path("account").isObject()) {
                Organisation account = account(request.path("account"));
                String requester = TokenReplies.required(user, "login") + " (" + userId + ")";
                return new InstallationInfo(
                        grantKey(account), List.of(account), null, null, Map.of(), requester, false, false);
            }
        }
        return null;
    }

    /** One account holds one installation of the app at a time, and a reinstall gets a new id: so the account is the key. */
    private static String grantKey(Organisation account) {
        return "inst:" + account.id();
    }

    /**
     * GitHub's schema allows an installation whose account is null; its target_id is the account's id.
     * https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app
     */
    private static Organisation accountOf(JsonNode installation) {
        JsonNode account = installation.path("account");
        return account.isObject()
                ? account(account)
                : new Organisation(TokenReplies.required(installation, "target_id"), null, null);
    }

    /** An enterprise account has a slug in place of a login. */
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

    private static Map<String, String> permissions(JsonNode body) {
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
            throw new ProviderException.Retryable(
                    "unexpected_answer", "GitHub's answer holds a time that is none", true, e);
        }
    }
}
