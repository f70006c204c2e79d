package io.oauthservice.install;

import static io.oauthservice.Fault.slow;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.GitHubControl;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.util.UriComponentsBuilder;

/** A callback works once, within ten minutes, and in the browser that started the flow; any other must start again. */
class CallbackTest extends FlowTestBase {

    @Autowired
    private DatabaseClient database;

    @Test
    void aRepeatedCallbackShowsTheResultOfItsOwnFlow() {
        String callback = callback();
        assertThat(browser.open(callback).heading()).isEqualTo("Connected");

        Page again = browser.open(callback);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.heading()).isEqualTo("Connected");
        assertThat(gitHub().calls("exchange")).hasSize(1);
        assertThat(everyInstallation()).hasSize(1);
    }

    @Test
    void aCallbackThatIsRepeatedWhileInProgressShowsTheSameResult() {
        String callback = callback();
        gitHub().failExchange(slow(Duration.ofSeconds(1)));

        List<Page> pages = Stream.of(callback, callback)
                .map(url -> CompletableFuture.supplyAsync(() -> browser.open(url)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(pages).extracting(Page::heading).containsOnly("Connected");
        assertThat(gitHub().calls("exchange")).hasSize(1);
    }

    @Test
    void aRepeatedCallbackRedirectsAgainOrShowsTheSameFailure() {
        String callback = approved(consentPage("/after"));
        String target = browser.openWithoutFollowing(callback).location();
        String failing = callback();
        gitHub().failExchange(status(500));
        Page failed = browser.open(failing);

        assertThat(browser.openWithoutFollowing(callback).location()).isEqualTo(target);
        assertThat(browser.open(failing).text()).isEqualTo(failed.text()).contains("did not answer");
    }

    @Test
    void anotherBrowserDoesNotSeeTheResult() {
        String callback = callback();
        browser.open(callback);
        Browser other = new Browser();
        other.open(at("/oauth/install/github"));

        assertAsksToStartAgain(other.open(callback));
        assertAsksToStartAgain(new Browser().open(callback));
    }

    @Test
    void theResultExpiresAfterTwoMinutes() {
        String callback = callback();
        browser.open(callback);
        long kept =
                Objects.requireNonNull(database.sql("""
                        UPDATE oauth_flow_results SET expires_at = expires_at - interval '2 minutes'
                        WHERE expires_at > clock_timestamp()
                        """).fetch().rowsUpdated().block());

        assertThat(kept).isPositive();
        assertAsksToStartAgain(browser.open(callback));
    }

    @Test
    void headHasNoEffect() {
        String callback = callback();

        Page install = browser.head(at("/oauth/install/github"));
        Page head = browser.head(callback);

        assertThat(install.status()).isEqualTo(200);
        assertThat(install.response().hasHeader("Set-Cookie")).isFalse();
        assertThat(head.status()).isEqualTo(200);
        assertThat(gitHub().calls("exchange")).isEmpty();
        assertThat(browser.open(callback).heading()).isEqualTo("Connected");
    }

    @Test
    void anExpiredStateIsRejected() {
        String callback = callback();
        database.sql("UPDATE oauth_states SET expires_at = clock_timestamp() - interval '1 second'")
                .then()
                .block();

        assertAsksToStartAgain(browser.open(callback));

        assertThat(gitHub().calls("exchange")).isEmpty();
    }

    @Test
    void anotherBrowserCanNeitherUseNorConsumeAState() {
        String callback = callback();
        Browser other = new Browser();
        other.open(at("/oauth/install/github"));

        assertAsksToStartAgain(other.open(callback));

        assertThat(gitHub().calls("exchange")).isEmpty();
        assertThat(browser.open(callback).heading()).isEqualTo("Connected");
    }

    @Test
    void aBrowserWithoutTheCookieIsRejected() {
        assertAsksToStartAgain(new Browser().open(callback()));

        assertThat(everyInstallation()).isEmpty();
    }

    @Test
    void flowsOfOneBrowserRunInParallel() {
        String first = callback();
        String second = callback();

        assertThat(browser.open(second).heading()).isEqualTo("Connected");
        assertThat(browser.open(first).heading()).isEqualTo("Connected");
        assertThat(everyInstallation()).hasSize(1);
    }

    @Test
    void aCallbackWithoutAStateIsRejected() {
        String callback = callback();

        assertAsksToStartAgain(browser.open(with(callback, "state", null)));
        assertAsksToStartAgain(browser.open(with(callback, "state", "")));
        assertAsksToStartAgain(browser.open(with(callback, "state", "guessed")));
    }

    @Test
    void aCallbackAfterAChangeAtGitHubStoresNothing() {
        String callback = with(with(callback(), "state", null), "setup_action", "update");

        Page page = new Browser().open(callback);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.heading()).isEqualTo("Changed at GitHub");
        assertThat(everyInstallation()).isEmpty();
        assertThat(gitHub().calls("exchange")).isEmpty();
    }

    @Test
    void anotherCustomersInstallationCannotBeClaimed() {
        gitHub().addAccount(9003, "initech", GitHubControl.OWNER);
        String theirs = gitHub().install(9003);

        Page page = browser.open(with(callback(), "installation_id", theirs));

        assertAsksToStartAgain(page);
        assertThat(everyInstallation()).isEmpty();
        assertThat(gitHub().calls("mint")).isEmpty();
    }

    @Test
    void aCodeOfEightKilobytesIsHandledAsAWrongCode() {
        Page page = browser.open(with(callback(), "code", "a".repeat(8192)));

        assertAsksToStartAgain(page);
    }

    @Test
    void unexpectedParametersAreIgnored() {
        String callback = callback();

        Page page = browser.open(callback + "&state=second&installation_id=1&empty&=nameless&x=%00%FF");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.heading()).isEqualTo("Connected");
    }

    @Test
    void anUnknownPlatformIsReportedBeforeAnythingElse() {
        Page callback = new Browser().openWithoutFollowing(at("/oauth/callback/myspace?code=x&state=y"));
        Page install = new Browser().openWithoutFollowing(at("/oauth/install/myspace?return_to=//evil.example.com"));

        assertThat(callback.status()).isEqualTo(404);
        assertThat(callback.text()).contains("urn:oauth-service:problem:unknown-platform");
        assertThat(install.status()).isEqualTo(404);
        assertThat(install.text()).contains("urn:oauth-service:problem:unknown-platform");
    }

    private static String with(String url, String parameter, @Nullable String value) {
        UriComponentsBuilder builder = UriComponentsBuilder.fromUriString(url);
        return (value == null ? builder.replaceQueryParam(parameter) : builder.replaceQueryParam(parameter, value))
                .build()
                .toUriString();
    }
}
