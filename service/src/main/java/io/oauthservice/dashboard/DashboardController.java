package io.oauthservice.dashboard;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.HtmlPage;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The page at {@code /}. It asks for an API key, keeps it in memory only, and calls what everybody calls. */
@RestController
@Hidden
@EnableConfigurationProperties(DashboardController.Properties.class)
class DashboardController {

    private final HtmlPage page = HtmlPage.of("dashboard", "script-src 'self'; connect-src 'self'; img-src 'self'");
    private final Providers providers;
    private final Properties properties;

    DashboardController(Providers providers, Properties properties) {
        this.providers = providers;
        this.properties = properties;
    }

    @GetMapping("/")
    ResponseEntity<String> page() {
        String key = properties.prefilledKey();
        return page.show(HttpStatus.OK, Map.of("platforms", platforms(), "key", key == null ? "" : key));
    }

    private List<Map<String, String>> platforms() {
        return providers.all().stream().map(DashboardController::platform).toList();
    }

    private static Map<String, String> platform(OAuthProvider provider) {
        return Map.of("id", provider.platform().id(), "name", provider.displayName());
    }

    /** @param prefilledKey the key that the page starts with; for a laptop alone */
    @ConfigurationProperties("oauth.dashboard")
    record Properties(@Nullable String prefilledKey) {}
}
