package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.oauthservice.Browser.Page;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** return_to redirects to this service or to listed origins, and nowhere else. */
class ReturnToTest extends FlowTestBase {

    @Test
    void theBrowserIsRedirectedWithTheInstallationsId() {
        String callback = approved(consentPage("/after?tab=1#top"));

        Page page = browser.openWithoutFollowing(callback);

        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location())
                .isEqualTo(
                        at("/after?tab=1&installation_id=" + onlyInstallation().get("id") + "#top"));
    }

    @Test
    void theServicesOwnAddressIsAllowed() {
        String callback = approved(consentPage(at("/after")));

        assertThat(browser.openWithoutFollowing(callback).location()).startsWith(at("/after?installation_id="));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/done?name=a%2520b",
                "/done?name=a%20b+c&empty=&flag&&x=%C3%A4%E4%2F%26",
                "/a/./b/../c%2F%3F?q=[1]%7Btemplate%7D",
                "/done?filter[error]=x&a.status=y&]=z",
                "/done?redirect=https%3A%2F%2Fx.example.com%2F%3Finstallation_id%3D1"
            })
    void theAddressStaysUnchanged(String returnTo) {
        String callback = approved(consentPage(returnTo));

        assertThat(browser.openWithoutFollowing(callback).location())
                .isEqualTo(
                        at(returnTo) + "&installation_id=" + onlyInstallation().get("id"));
    }

    @Test
    void anUnencodedAddressIsReadAsTheQuerySays() {
        Page consent = browser.open(at("/oauth/install/github?return_to=/done?name=a%2520b"));

        assertThat(browser.openWithoutFollowing(approved(consent)).location())
                .isEqualTo(at(
                        "/done?name=a%20b&installation_id=" + onlyInstallation().get("id")));
    }

    @Test
    void lettersBeyondAsciiAreEncodedOnce() {
        String callback = approved(consentPage("/done?name=e\u0301\u00e4 x#\u00e4"));

        assertThat(browser.openWithoutFollowing(callback).location())
                .isEqualTo(at("/done?name=e%CC%81%C3%A4%20x&installation_id="
                        + onlyInstallation().get("id") + "#%C3%A4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "installation_id=mine",
                "error=access_denied&status=pending_approval",
                "installation%5Fid=mine&Status=active&error[]=x",
                "installation_id",
                "a=1;installation_id=mine",
                "installation_id[0]=mine&error[code]=x",
                "installation_id%5B0%5D=mine&Status%5B%5D=active",
                "installation_id[0][id]=mine&error[0]x=y",
                "[installation_id]=mine&[error][0]=x",
                "installation.id=mine&installation%20id=mine&installation+id=mine&installation[id=mine"
            })
    void outcomesCannotBeForged(String forged) {
        String callback = approved(consentPage("/after?tab=1&" + forged));

        assertThat(browser.openWithoutFollowing(callback).location())
                .isEqualTo(
                        at("/after?tab=1&installation_id=" + onlyInstallation().get("id")));
    }

    @Test
    void aGivenInstallationIdIsReplaced() {
        String callback = approved(consentPage("/after?installation_id=mine"));

        assertThat(browser.openWithoutFollowing(callback).location())
                .isEqualTo(at("/after?installation_id=" + onlyInstallation().get("id")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/",
                "//evil.example.com/",
                "\\\\evil.example.com/",
                "/\\evil.example.com/",
                "/\t/evil.example.com/",
                "javascript:alert(1)",
                "data:text/html,hello",
                "http://127.0.0.1@evil.example.com/",
                "http://me@127.0.0.1/",
                "http://127.0.0.1.evil.example.com/",
                "http://127.0.0.1:1/",
                "mailto:somebody@example.com",
                "http:",
                "%%"
            })
    void anotherOriginIsRejectedBeforeTheFlowStarts(String returnTo) {
        Page page = browser.openWithoutFollowing(install(returnTo));

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("urn:oauth-service:problem:invalid-request", "return_to");
        assertThat(page.response().hasHeader("Location")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://dashboard.example.com,https://dashboard.example.com:443/done",
        "https://dashboard.example.com:443,https://dashboard.example.com/done",
        "HTTPS://Dashboard.example.com:443,https://dashboard.example.COM:443/done",
        "http://tools.example.com:80,http://tools.example.com?done",
        "http://tools.example.com:8080,http://tools.example.com:8080/done",
        "https://tools.example.com,https://oauth.example.com:443/done"
    })
    void aDefaultPortMakesNoDifference(String origin, String target) {
        assertThat(returnTo(origin).checked(target)).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "https://dashboard.example.com,http://dashboard.example.com/",
        "https://dashboard.example.com,https://dashboard.example.com:80/",
        "http://dashboard.example.com,http://dashboard.example.com:443/",
        "http://dashboard.example.com:8080,http://dashboard.example.com/",
        "http://dashboard.example.com,ftp://dashboard.example.com:80/"
    })
    void anotherPortOrSchemeIsAnotherOrigin(String origin, String target) {
        ReturnTo returnTo = returnTo(origin);

        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> returnTo.checked(target));
    }

    private static ReturnTo returnTo(String origin) {
        return new ReturnTo(
                new ReturnTo.Properties(List.of(origin)),
                new PublicAddress(URI.create("https://oauth.example.com"), List.of()));
    }

    @Test
    void slashesWithoutAHostStayAtTheService() {
        String callback = approved(consentPage("///evil.example.com/"));

        assertThat(browser.openWithoutFollowing(callback).location())
                .startsWith(at("/evil.example.com/?installation_id="));
    }

    @Test
    void anAddressThatIsTooLongIsRejected() {
        assertThat(browser.openWithoutFollowing(install("/" + "a".repeat(2000))).status())
                .isEqualTo(400);
    }
}
