package io.oauthservice.dashboard;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.Providers;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.reactive.result.view.Rendering;

/** The page at {@code /}. It asks for an API key, keeps it in memory only, and calls what everybody calls. */
@Controller
@Hidden
@EnableConfigurationProperties(DashboardController.Properties.class)
class DashboardController {

    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Providers providers;
    private final Properties properties;

    DashboardController(Providers providers, Properties properties) {
        this.providers = providers;
        this.properties = properties;
    }

    @GetMapping("/")
    Rendering page() {
        return Rendering.view("dashboard")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .modelAttribute("platforms", platforms())
                .modelAttribute("key", properties.prefilledKey() == null ? "" : properties.prefilledKey())
                .build();
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
