package io.oauthservice.provider.slack;

import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderHttp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a response of {@code oauth.v2.access} says about the install beside its tokens: docs/providers.md 3.2. */
record SlackInstall(
        @Nullable String appId,
        @Nullable String botUserId,
        Team team,
        Team enterprise,
        @Nullable String userId,
        boolean orgWide) {

    static SlackInstall of(JsonNode body) {
        return new SlackInstall(
                ProviderHttp.text(body, "app_id"),
                ProviderHttp.text(body, "bot_user_id"),
                Team.of(body.path("team")),
                Team.of(body.path("enterprise")),
                ProviderHttp.text(body.path("authed_user"), "id"),
                body.path("is_enterprise_install").asBoolean(false));
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
        return Objects.requireNonNullElse(id, "-");
    }

    /** The workspace, or the organisation of an org-wide install. */
    Organisation main() {
        return orgWide ? enterprise.organisation("enterprise_id") : team.organisation("team_id");
    }

    Map<String, Object> metadata(@Nullable String url) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("app_id", appId);
        metadata.put("bot_user_id", botUserId);
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
