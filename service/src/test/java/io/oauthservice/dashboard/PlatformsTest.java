package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service;
import io.oauthservice.ServiceStory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The configured platforms. {@code CircuitTest} covers the health of a platform that fails. */
class PlatformsTest extends ServiceStory {

    @Test
    void everyConfiguredPlatformIsListedAndHealthy() {
        List<Map<String, Object>> platforms = platforms(service);

        assertThat(platforms).extracting("id").containsExactly("github", "jira", "slack");
        assertThat(platforms).extracting("display_name").containsExactly("GitHub", "Jira/Confluence", "Slack");
        assertThat(platforms).extracting("health").containsOnly("ok");
        assertThat(platforms.getFirst())
                .containsEntry("connect_url", base + "/oauth/install/github")
                .containsEntry("reason", null)
                .containsEntry("since", null)
                .containsEntry("retry_at", null);
    }

    @Test
    void callersThatMayListInstallationsMayListPlatforms() {
        assertThat(platforms(new Service(http, "lister-key"))).hasSize(3);
        assertThat(new Service(http, "github-reader-key")
                        .get("/oauth/platforms")
                        .status())
                .isEqualTo(403);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> platforms(Service service) {
        return (List<Map<String, Object>>)
                Objects.requireNonNull(service.get("/oauth/platforms").body().get("platforms"));
    }
}
