package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.ServiceStory;
import io.oauthservice.local.LocalProperties;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page at {@code /}, in a browser. */
class DashboardPageTest extends ServiceStory {

    @Test
    void everyPlatformCanBeConnectedFromThePage() {
        Page page = new Browser().open(base + "/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.heading()).isEqualTo("OAuth Service");
        assertThat(page.document()
                        .select("nav a[href='/oauth/install/github?return_to=/']")
                        .eachText())
                .containsExactly("Connect GitHub");
    }

    @Test
    void noThirdPartyCodeRunsOnThePage() {
        Page page = new Browser().open(base + "/");

        assertThat(page.response().header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                .doesNotContain("unsafe", "*");
        assertThat(page.response().header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.response().header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.response().header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.document().select("script:not([src]), style, [style], [onclick]"))
                .isEmpty();
    }

    @Test
    void theAssetsOfThePageExist() {
        Page page = new Browser().open(base + "/");

        List<String> assets = page.document().select("script[src], link[rel=stylesheet]").stream()
                .map(element -> element.hasAttr("src") ? element.attr("src") : element.attr("href"))
                .toList();

        assertThat(assets).containsExactlyInAnyOrder("/assets/dashboard.js", "/assets/style.css");
        assertThat(assets)
                .allSatisfy(
                        asset -> http.get().uri(asset).exchange().expectStatus().isOk());
    }

    @Test
    void theKeyIsEmptyUnlessOneIsConfigured() {
        Page page = new Browser().open(base + "/");

        assertThat(page.document().select("input#key").attr("value")).isEmpty();
        assertThat(page.document().html()).doesNotContain(LocalProperties.API_KEY);
    }
}
