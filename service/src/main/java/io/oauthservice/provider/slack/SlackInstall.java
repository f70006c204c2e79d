package io.oauthservice.provider.slack;

import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Slack says about an install beside its tokens: in a response of {@code oauth.v2.access} (docs/providers.md 3.2),
 * or later of {@code auth.test} (3.5).
 */
record SlackInstall(
        @Nullable String appId,
        @Nullable String botUserId,
        Team team,
        Team enterprise,
        @Nullable String userId,
        boolean orgWide) {

    private static final String NONE = "-";

    static SlackInstall of(JsonNode body) {
        return new SlackInstall(
                ProviderHttp.text(body, "app_id"),
                ProviderHttp.text(body, "bot_user_id"),
                Team.of(body.path("team")),
                Team.of(body.path("enterprise")),
                ProviderHttp.text(body.path("authed_user"), "id"),
                body.path("is_enterprise_install").asBoolean(false));
    }

    /**
     * A stored install as {@code auth.test} shows it with one of its tokens. The keys stay as they are stored: a
     * workspace may have joined an organisation since (docs/providers.md 3.2). Fails where the token is of another
     * place.
     */
    static SlackInstall of(String storedKey, Reply tested) {
        String[] parts = storedKey.split(":", 3);
        if (parts.length < 3) {
            throw new BadRequest(
                    "unexpected_installation", "The stored Slack installation has no app, team or enterprise");
        }
        String name = tested.text("team");
        SlackInstall stored = new SlackInstall(
                orNull(parts[0]),
                tested.text("user_id"),
                new Team(orNull(parts[2]), name),
                new Team(orNull(parts[1]), name),
                null,
                parts[2].equals(NONE));
        String place = tested.text(stored.orgWide() ? "enterprise_id" : "team_id");
        if (!stored.main().id().equals(place)) {
            throw new BadRequest("another_workspace", "The Slack token is of another workspace or organisation");
        }
        return stored;
    }

    /** The install's natural key; Slack has no id for it: docs/providers.md 3.5. */
    String key() {
        return key(appId, enterprise.id(), team.id());
    }

    /** The {@code external_install_id} of the grants of an app in a workspace, or in a whole organisation. */
    static String key(@Nullable String app, @Nullable String enterprise, @Nullable String team) {
        return orDash(app) + ":" + orDash(enterprise) + ":" + orDash(team);
    }

    private static String orDash(@Nullable String id) {
        return Objects.requireNonNullElse(id, NONE);
    }

    private static @Nullable String orNull(String part) {
        return part.equals(NONE) ? null : part;
    }

    /** The workspace, or the organisation of an org-wide install. */
    Organisation main() {
        return orgWide ? enterprise.organisation("enterprise_id") : team.organisation("team_id");
    }

    /**
     * @param url of the workspace or organisation
     * @param user whose grant it is, which has nothing to do with the bot; null: the bot's
     */
    Map<String, Object> metadata(@Nullable String url, @Nullable String user) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("app_id", appId);
        metadata.put("bot_user_id", user == null ? botUserId : null);
        metadata.put("team_id", team.id());
        metadata.put("enterprise_id", enterprise.id());
        metadata.put("url", url);
        metadata.values().removeIf(Objects::isNull);
        metadata.put("is_enterprise_install", orgWide);
        return metadata;
    }

    record Team(@Nullable String id, @Nullable String name) {

        static Team of(JsonNode team) {
            return new Team(ProviderHttp.text(team, "id"), ProviderHttp.text(team, "name"));
        }

        private Organisation organisation(String field) {
            if (id == null) {
                throw new BadRequest("unexpected_answer", "Slack's response lacks " + field);
            }
            return new Organisation(id, name, null);
        }
    }
}
