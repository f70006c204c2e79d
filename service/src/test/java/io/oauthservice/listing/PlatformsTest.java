package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.oauthservice.Service;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.provider.OAuthProvider;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The configured platforms; {@code CircuitTest} covers the health of a failing one. */
class PlatformsTest extends ServiceTestBase {

    @Autowired
    private List<OAuthProvider> configured;

    @Test
    void everyConfiguredPlatformIsListedAndHealthy() {
        List<Map<String, Object>> platforms = platforms(service);

        assertThat(platforms)
                .extracting("id", "display_name")
                .containsExactlyElementsOf(configured.stream()
                        .map(OAuthProvider::description)
                        .map(each -> tuple(each.platform().id(), each.displayName()))
                        .sorted(Comparator.comparing(
                                each -> each.toList().getFirst().toString()))
                        .toList())
                .contains(tuple("github", "GitHub"), tuple("jira", "Jira/Confluence"), tuple("slack", "Slack"));
        assertThat(platforms).extracting("health").containsOnly("ok");
        assertThat(platforms.getFirst())
                .containsEntry("connect_url", base + "/oauth/install/github")
                .containsEntry("reason", null)
                .containsEntry("since", null)
                .containsEntry("retry_at", null);
    }

    @Test
    void aCallerThatMayListInstallationsMayListPlatforms() {
        assertThat(platforms(new Service(http, "lister-key"))).hasSameSizeAs(configured);
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
