package io.oauthservice.dashboard;

import io.oauthservice.access.ConnectUrls;
import io.oauthservice.provider.GuardedProvider;
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

/** The page at {@code /}. Its script asks for an API key, keeps it in memory only, and calls the public API. */
@RestController
@Hidden
@EnableConfigurationProperties(DashboardController.Properties.class)
class DashboardController {

    private final HtmlPage page = HtmlPage.of("dashboard", "script-src 'self'; connect-src 'self'; img-src 'self'");
    private final Providers providers;
    private final ConnectUrls connectUrls;
    private final Properties properties;

    DashboardController(Providers providers, ConnectUrls connectUrls, Properties properties) {
        this.providers = providers;
        this.connectUrls = connectUrls;
        this.properties = properties;
    }

    @GetMapping("/")
    ResponseEntity<String> page() {
        String key = properties.prefilledKey();
        Map<String, Object> model = Map.of(
                "platforms", platforms(),
                "open", connectUrls.mayConnect(null),
                "key", key == null ? "" : key);
        return page.show(HttpStatus.OK, model);
    }

    private List<Map<String, String>> platforms() {
        return providers.all().stream().map(DashboardController::platform).toList();
    }

    private static Map<String, String> platform(GuardedProvider provider) {
        return Map.of("id", provider.platform().id(), "name", provider.displayName());
    }

    /** @param prefilledKey the API key in the page's form, for local use only; null: none */
    @ConfigurationProperties("oauth.dashboard")
    record Properties(@Nullable String prefilledKey) {}
}
