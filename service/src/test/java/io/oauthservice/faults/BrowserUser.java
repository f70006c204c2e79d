package io.oauthservice.faults;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.web.util.UriComponentsBuilder;

/** A user who connects an organisation in a browser, and starts again if that fails. */
final class BrowserUser {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final Platform platform;
    private final Browser browser = new Browser();

    BrowserUser(Cluster cluster, Platform platform) {
        this.cluster = cluster;
        this.platform = platform;
    }

    /** Starts an install flow, which redirects to the provider's consent page. */
    Page startFlow() {
        return browser.open(cluster.publicUrl() + "/oauth/install/" + platform.id);
    }

    /** Starts a flow and consents. Returns the callback URL, which is not opened. */
    String consent() {
        Page consentPage = startFlow();
        if (consentPage.status() != 200) {
            throw new AssertionError("no consent page: " + consentPage.status() + " " + consentPage.text());
        }
        Page page = consentPage.choose(platform.organisation).pressWithoutFollowing("approve");
        // GitHub asks a second time if the app is already installed.
        String callback = (page.status() == 200 ? page.pressWithoutFollowing("approve") : page).location();
        var query = UriComponentsBuilder.fromUri(URI.create(callback)).build().getQueryParams();
        cluster.addSecret(String.valueOf(query.getFirst("code")));
        cluster.addSecret(String.valueOf(query.getFirst("state")));
        return callback;
    }

    Page open(String url) {
        return browser.open(url);
    }

    /** Completes an install flow. Starts again if a page reports a failure. */
    void connect() {
        Awaitility.await("connected").atMost(LIMIT).untilAsserted(() -> {
            Page page = open(consent());
            if (!page.heading().equals("Connected")) {
                throw new AssertionError(page.status() + " " + page.text());
            }
        });
    }
}
