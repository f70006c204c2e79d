package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.EventStream;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.local.Chromium;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.local.NeedsChromium;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A test of the page in a real browser. */
@NeedsChromium
abstract class ChromiumTestBase extends ServiceTestBase {

    static Chromium chromium;

    @BeforeAll
    static void startChromium() {
        chromium = new Chromium();
    }

    @AfterAll
    static void stopChromium() {
        chromium.close();
    }

    /** The context may have been paused for other tests. */
    @BeforeEach
    void awaitChangeFeed() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            try (EventStream stream = new EventStream(base, "", LocalProperties.API_KEY, null)) {
                assertThat(stream.status()).isEqualTo(200);
            }
        });
        openThePage();
    }

    void openThePage() {
        chromium.setAppearance(false, 1280);
        chromium.open(base + "/");
        chromium.forgetCookies();
        chromium.open(base + "/");
        chromium.errors();
    }

    void signIn() {
        submitKey(LocalProperties.API_KEY);
        chromium.awaitText("Connected organisations");
    }

    void submitKey(String key) {
        chromium.await("#key");
        chromium.type("#key", key);
        chromium.click("button.primary");
    }

    void markBroken(String id) {
        rows.change(
                "UPDATE oauth_installations SET status = 'needs_reconnect', status_reason = 'expired'"
                        + " WHERE id = :id::uuid",
                Map.of("id", id));
    }

    void assertAccessible(String state) {
        assertThat(chromium.violations()).as(state).isEmpty();
        assertThat(chromium.overflow()).as(state + ": wider than the window").isNotPositive();
    }
}
