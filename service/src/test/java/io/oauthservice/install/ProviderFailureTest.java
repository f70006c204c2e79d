package io.oauthservice.install;

import static io.oauthservice.Fault.dropReply;
import static io.oauthservice.Fault.gatewayPage;
import static io.oauthservice.Fault.oauthError;
import static io.oauthservice.Fault.rateLimit;
import static io.oauthservice.Fault.slow;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure of a provider fails at most one flow; a disconnected browser fails none. */
class ProviderFailureTest extends FlowTestBase {

    static List<Fault> outages() {
        return List.of(status(500), gatewayPage(502), dropReply(), rateLimit());
    }

    @ParameterizedTest
    @MethodSource("outages")
    void aCodeExchangeDuringAnOutageFailsAndIsNotRepeated(Fault fault) {
        String callback = callback();
        gitHub().failExchange(fault);

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.heading()).isEqualTo("Please start again");
        assertThat(page.text()).contains("GitHub did not answer as expected");
        assertThat(gitHub().calls("exchange")).hasSize(1);
        assertThat(everyInstallation()).isEmpty();
    }

    @Test
    void aConsentWithoutASiteIsShownAndItsTokensAreRevoked() {
        atlassian().listNoSites(1);

        Page page = connectJira();

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.heading()).isEqualTo("Please start again");
        assertThat(page.text()).contains("no site was granted");
        assertThat(atlassian().calls("exchange")).containsExactly(200);
        assertThat(atlassian().calls("revoke")).containsExactly(200);
        assertThat(everyInstallation()).isEmpty();
        assertThat(connectJira().heading()).isEqualTo("Connected");
    }

    @ParameterizedTest
    @MethodSource("finalFailures")
    void tokensOfAFlowThatFailsAfterTheExchangeAreRevoked(Fault fault) {
        atlassian().failInfo(fault.atPath("/accessible-resources").times(3));

        Page page = connectJira();

        assertThat(page.heading()).isIn("Please start again", "Not connected");
        assertThat(atlassian().calls("revoke")).containsExactly(200);
        assertThat(everyInstallation()).isEmpty();
    }

    @Test
    void aFailedReconnectKeepsTheInstallation() {
        atlassian().setAccessTokenLifetime(Duration.ofSeconds(1));
        assertThat(connectJira().heading()).isEqualTo("Connected");
        atlassian().failInfo(status(500).atPath("/accessible-resources").times(3));

        assertThat(connectJira().status()).isEqualTo(503);
        assertThat(atlassian().calls("revoke")).isEmpty();

        atlassian().setAccessTokenLifetime(Duration.ofHours(1));
        assertThat(onlyInstallation()).containsEntry("status", "active");
        String token = "/oauth/token/jira?installation_id=" + onlyInstallation().get("id");
        // The first token may still be valid for a moment.
        await().untilAsserted(() -> {
            assertThat(service().get(token).body()).containsKey("access_token");
            assertThat(atlassian().calls("refresh")).isNotEmpty();
        });
        assertThat(atlassian().calls("refresh")).containsOnly(200);
    }

    static List<Fault> finalFailures() {
        return List.of(status(400), status(200).body(Map.of()));
    }

    private Page connectJira() {
        return browser.open(at("/oauth/install/jira")).press("approve");
    }

    private AtlassianControl atlassian() {
        return new AtlassianControl(sandbox);
    }

    @Test
    void afterAnOutageTheNextFlowConnects() {
        String callback = callback();
        gitHub().failMint(status(500));

        assertThat(browser.open(callback).status()).isEqualTo(503);

        assertThat(connect().heading()).isEqualTo("Connected");
    }

    @Test
    void aMisconfigurationIsNotReportedAsTheUsersError() {
        String callback = callback();
        gitHub().failExchange(oauthError(200, "incorrect_client_credentials"));

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.text()).contains("misconfigured for GitHub");
    }

    @Test
    void aFlowIsCompletedAfterItsBrowserDisconnects() throws IOException, InterruptedException {
        CookieManager cookies = new CookieManager();
        try (HttpClient person = HttpClient.newBuilder().cookieHandler(cookies).build()) {
            HttpResponse<Void> begun = person.send(get(at("/oauth/install/github")), BodyHandlers.discarding());
            String consent = begun.headers().firstValue("Location").orElseThrow();
            String callback = approved(browser.open(consent));
            gitHub().failExchange(slow(Duration.ofSeconds(2)));

            CompletableFuture<HttpResponse<Void>> page = person.sendAsync(get(callback), BodyHandlers.discarding());
            Awaitility.await().until(() -> gitHub().calls("exchange").size() == 1);
            page.cancel(true);
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(service().installations()).hasSize(1));
        assertThat(service().token(ACME).status()).isEqualTo(200);
    }

    private static HttpRequest get(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }
}
