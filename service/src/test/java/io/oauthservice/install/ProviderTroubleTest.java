package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider in trouble spoils a flow at most, and a browser in a hurry not even that. */
class ProviderTroubleTest extends FlowTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"kind\":\"status\",\"status\":500",
                "\"kind\":\"html\",\"status\":502",
                "\"kind\":\"drop_reply\"",
                "\"kind\":\"rate_limit\""
            })
    void aCodeThatCannotBeRedeemedNowIsToldAsAnOutageAndNotTriedAgain(String fault) {
        String callback = callback();
        gitHub().fault("{\"operation\":\"exchange\"," + fault + "}");

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.heading()).isEqualTo("Please start again");
        assertThat(page.text()).contains("GitHub did not answer as it should");
        assertThat(gitHub().calls("exchange")).hasSize(1);
        assertThat(everyInstallation()).isEmpty();
    }

    @Test
    void afterAnOutageTheNextFlowConnects() {
        String callback = callback();
        gitHub().fault("{\"operation\":\"mint\",\"kind\":\"status\",\"status\":500}");

        assertThat(browser.open(callback).status()).isEqualTo(503);

        assertThat(connect().heading()).isEqualTo("Connected");
    }

    @Test
    void ourOwnWrongSettingsAreNotBlamedOnThePerson() {
        String callback = callback();
        gitHub().fault("""
                {"operation":"exchange","kind":"status","status":200,"body":{"error":"incorrect_client_credentials"}}""");

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.text()).contains("not set up rightly for GitHub");
    }

    @Test
    void aBrowserThatHangsUpStillGetsItsInstallation() throws IOException, InterruptedException {
        CookieManager cookies = new CookieManager();
        try (HttpClient person = HttpClient.newBuilder().cookieHandler(cookies).build()) {
            HttpResponse<Void> begun = person.send(get(at("/oauth/install/github")), BodyHandlers.discarding());
            String consent = begun.headers().firstValue("Location").orElseThrow();
            String callback = approved(browser.open(consent));
            gitHub().fault("{\"operation\":\"exchange\",\"kind\":\"slow\",\"for\":\"PT2S\"}");

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
