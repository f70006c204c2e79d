package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.oauthservice.GitHubControl;
import io.oauthservice.RepositoryFiles;
import io.oauthservice.local.Chromium;
import io.oauthservice.local.NeedsChromium;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import tools.jackson.databind.json.JsonMapper;

/** The page in docs/api.md, served by a product with another origin, connects an account in a window. */
@NeedsChromium
class ChromiumConnectWindowTest extends LinkTestBase {

    private static final Pattern PAGE = Pattern.compile("<!-- embedded page -->\n```html\n(.*?)```\n", Pattern.DOTALL);
    private static final String LOG = """
            <script>
            messages = "";
            addEventListener("message", event => messages += " " + event.data.link_id);
            </script>
            """;
    private static final String BLOCKER = "<script>window.open = () => null</script>";

    @Autowired
    private JsonMapper json;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private HttpServer product;
    private Chromium chromium;

    /** What the product asks for in addition to platform and origin. */
    private volatile String more = "";

    private volatile String openerOrigin = PRODUCT;

    /** A header that the product sends with its page. */
    private volatile String openerPolicy = "unsafe-none";

    private volatile String link = "";

    private volatile boolean blocksWindows;

    private volatile boolean failing;

    @BeforeEach
    void start() throws IOException {
        product = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        product.createContext("/", this::serve);
        product.start();
        chromium = new Chromium("--host-resolver-rules=MAP product.localhost:80 127.0.0.1:"
                + product.getAddress().getPort());
        chromium.open(PRODUCT);
    }

    @AfterEach
    void stop() {
        chromium.close();
        product.stop(0);
    }

    private void serve(HttpExchange call) throws IOException {
        String path = call.getRequestURI().getPath();
        boolean page = path.equals("/");
        byte[] body = (page
                        ? documentedPage() + LOG + (blocksWindows ? BLOCKER : "")
                        : path.startsWith("/connect") ? answer(path) : "back in the product")
                .getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", page ? "text/html; charset=utf-8" : "text/plain");
        call.getResponseHeaders().set("Cross-Origin-Opener-Policy", openerPolicy);
        call.sendResponseHeaders(failing && !page ? 503 : 200, body.length);
        call.getResponseBody().write(body);
        call.close();
    }

    private static String documentedPage() {
        Matcher page = PAGE.matcher(RepositoryFiles.read("docs/api.md"));
        assertThat(page.find()).isTrue();
        return page.group(1);
    }

    /** Both calls of the page. */
    private String answer(String path) {
        if (!path.equals("/connect")) {
            return json.writeValueAsString(
                    service.get(LINKS + path.substring("/connect".length())).body());
        }
        Map<String, Object> made = service.post(
                        LINKS, "{\"platform\":\"github\",\"opener_origin\":\"" + openerOrigin + "\"" + more + "}")
                .body();
        link = String.valueOf(made.get("id"));
        return json.writeValueAsString(made);
    }

    private void openWindow() {
        chromium.click("#connect");
        chromium.toLastOf(2);
        chromium.awaitText("asks you to connect");
        assertThat(chromium.address()).startsWith(base);
        chromium.click("button[value=connect]");
        chromium.awaitText("Install Sandbox App");
    }

    private void approve(String account) {
        chromium.click("input[type=radio][value='" + account + "']");
        chromium.click("button[value=approve]");
    }

    private String statusOfLink() {
        return service.get(LINKS + "/" + link).text("status");
    }

    @Test
    void thePageReceivesConnected() {
        openWindow();
        approve("9001");

        chromium.toLastOf(1);
        chromium.awaitText("GitHub is connected.");
        assertThat(statusOfLink()).isEqualTo("spent");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void thePageReceivesDeclined() {
        openWindow();
        chromium.click("button[value=deny]");

        chromium.toLastOf(1);
        chromium.awaitText("the request was declined");
        assertThat(statusOfLink()).isEqualTo("open");
    }

    @Test
    void thePageReceivesAnotherAccount() {
        more = ",\"expected_org\":\"9001\"";
        openWindow();
        approve("9002");

        chromium.toLastOf(1);
        chromium.awaitText("another account was chosen");
    }

    @Test
    void thePageReceivesWithdrawn() {
        openWindow();
        service.delete(LINKS + "/" + link);
        approve("9001");

        chromium.toLastOf(1);
        chromium.awaitText("the link has expired or was withdrawn");
    }

    @Test
    void thePageReceivesARequestAndItsApproval() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.sendWebhooks();
        gitHub.requireApproval();
        openWindow();
        approve("9001");
        chromium.toLastOf(1);
        chromium.awaitText("must approve the request");

        gitHub.approve(9001);

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(statusOfLink()).isEqualTo("spent"));
        chromium.awaitText("GitHub is connected.");
    }

    @Test
    void aPageWhoseServerFailsClosesTheWindow() {
        failing = true;

        chromium.click("#connect");

        chromium.awaitText("cannot be connected at the moment");
        chromium.toLastOf(1);
    }

    @Test
    void aWindowThatThePersonClosesIsDetected() {
        openWindow();

        chromium.closeWindow();

        chromium.awaitText("If you have closed the window, try again.");
        openWindow();
        approve("9001");
        chromium.toLastOf(1);
        chromium.awaitText("GitHub is connected.");
    }

    @Test
    void aBrowserThatBlocksWindowsReturnsWithTheOutcome() {
        blocksWindows = true;
        more = ",\"return_to\":\"" + PRODUCT + "/?tab=1\"";
        chromium.open(PRODUCT);

        chromium.click("#connect");
        chromium.awaitText("asks you to connect");
        chromium.click("button[value=connect]");
        chromium.awaitText("Install Sandbox App");
        approve("9001");

        chromium.awaitText("GitHub is connected.");
        assertThat(chromium.address()).startsWith(PRODUCT + "/?tab=1&installation_id=");
    }

    @ParameterizedTest
    @CsvSource({
        "error=access_denied, the request was declined",
        "error=wrong_account, another account was chosen",
        "error=constructor, something went wrong",
        "status=pending_approval, must approve the request"
    })
    void outcomesInTheAddressAreShown(String outcome, String words) {
        chromium.open(PRODUCT + "/?" + outcome);

        assertThat(chromium.text()).contains(words);
    }

    @Test
    void withoutItsOpenerTheWindowShowsTheOutcome() {
        openWindow();
        chromium.toFirst();
        chromium.closeWindow();
        approve("9001");

        chromium.awaitText("GitHub is connected for acme.");
        assertThat(chromium.text()).contains("You can close this window.");
    }

    /** As a provider's page may separate them. */
    @Test
    void aWindowThatIsSeparatedFromItsOpenerReturnsAndThePagePolls() {
        openerPolicy = "same-origin";
        more = ",\"return_to\":\"" + PRODUCT + "/done\"";
        chromium.open(PRODUCT);
        openWindow();
        approve("9001");

        chromium.awaitText("back in the product");
        assertThat(chromium.address()).startsWith(PRODUCT + "/done?installation_id=");
        chromium.toFirst();
        chromium.awaitText("GitHub is connected.");
    }

    /** The second message shows that the first would have arrived. */
    @Test
    void anotherPageGetsNoMessage() {
        openerOrigin = base;
        openWindow();
        chromium.click("button[value=deny]");
        chromium.toLastOf(1);
        openerOrigin = PRODUCT;
        openWindow();
        chromium.click("button[value=deny]");
        chromium.toLastOf(1);

        chromium.awaitText("the request was declined");
        assertThat(chromium.variable("messages")).isEqualTo(" " + link);
    }
}
