package io.oauthservice.faults;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.web.util.UriComponentsBuilder;

/** Somebody who connects an organisation in a browser, and begins again when that has failed. */
final class Person {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final Platform platform;
    private final Browser browser = new Browser();

    Person(Cluster cluster, Platform platform) {
        this.cluster = cluster;
        this.platform = platform;
    }

    /** Where a flow begins; leads to the provider's consent page. */
    Page begin() {
        return browser.open(cluster.url() + "/oauth/install/" + platform.word);
    }

    /** Begins, consents, and stops where the provider sends the browser back. */
    String consents() {
        Page consent = begin();
        if (consent.status() != 200) {
            throw new AssertionError("no consent page: " + consent.status() + " " + consent.text());
        }
        Page page = consent.choose(platform.organisation).pressWithoutFollowing("approve");
        // Where the app is installed already, GitHub asks once more.
        String callback = (page.status() == 200 ? page.pressWithoutFollowing("approve") : page).location();
        var query = UriComponentsBuilder.fromUri(URI.create(callback)).build().getQueryParams();
        cluster.remember(String.valueOf(query.getFirst("code")));
        cluster.remember(String.valueOf(query.getFirst("state")));
        return callback;
    }

    Page open(String address) {
        return browser.open(address);
    }

    /** The whole way, and once more from the start where a page says that it did not work. */
    void connects() {
        Awaitility.await("connected in the end").atMost(PATIENCE).untilAsserted(() -> {
            Page page = open(consents());
            if (!page.heading().equals("Connected")) {
                throw new AssertionError(page.status() + " " + page.text());
            }
        });
    }
}
