package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.GitHubControl;
import io.oauthservice.ResetExtension;
import io.oauthservice.Service;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Base class for tests of install flows: a browser, GitHub's control API and the service's API. */
@ServiceTest
@ExtendWith(ResetExtension.class)
abstract class FlowTestBase {

    static final String ACME = "9001";

    @Autowired
    WebTestClient http;

    @Autowired
    Sandbox sandbox;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    final Browser browser = new Browser();

    GitHubControl gitHub() {
        return new GitHubControl(sandbox);
    }

    Service service() {
        return new Service(http);
    }

    String at(String path) {
        return base + path;
    }

    /** GitHub's consent page at the start of a flow. */
    Page consentPage() {
        return browser.open(at("/oauth/install/github"));
    }

    /** The same with return_to. */
    Page consentPage(String returnTo) {
        return browser.open(install(returnTo));
    }

    String install(String returnTo) {
        return at("/oauth/install/github?return_to=" + URLEncoder.encode(returnTo, StandardCharsets.UTF_8));
    }

    /** The callback's address after an approval, not opened yet. */
    String callback() {
        return approved(consentPage());
    }

    static String approved(Page consent) {
        return approved(consent, ACME);
    }

    /** The callback's address after an approval for this account. */
    static String approved(Page consent, String account) {
        Page next = consent.choose(account).pressWithoutFollowing("approve");
        return (next.status() == 200 ? next.pressWithoutFollowing("approve") : next).location();
    }

    /** Completes a flow; its result page. */
    Page connect() {
        return browser.open(callback());
    }

    /** Every installation, whatever its status. */
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> everyInstallation() {
        Object list = service().get("/oauth/installations?status=all").body().get("installations");
        return (List<Map<String, Object>>) Objects.requireNonNull(list);
    }

    Map<String, Object> onlyInstallation() {
        List<Map<String, Object>> all = everyInstallation();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    static void assertAsksToStartAgain(Page page) {
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.heading()).isEqualTo("Please start again");
        assertThat(page.document().select("a").eachAttr("href"))
                .singleElement()
                .asString()
                .endsWith("/oauth/install/github");
    }
}
