package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.UriComponentsBuilder;

/** A declined request is not a failure, and its parameters are not trusted. */
class DenialTest extends FlowTestBase {

    @Test
    void aDeclinedRequestIsShownAndShownAgain() {
        String callback = consentPage().pressWithoutFollowing("deny").location();

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.heading()).isEqualTo("Not connected");
        assertThat(page.text()).contains("GitHub was not connected", "access_denied");
        assertThat(browser.open(callback).text()).isEqualTo(page.text());
        assertThat(gitHub().calls("exchange")).isEmpty();
    }

    @Test
    void theReturnAddressGetsTheError() {
        String callback =
                consentPage("/after?tab=1").pressWithoutFollowing("deny").location();

        Page page = browser.openWithoutFollowing(callback);

        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location()).isEqualTo(at("/after?tab=1&error=access_denied"));
    }

    @Test
    void theErrorOfACallbackIsNotReflected() {
        String callback = UriComponentsBuilder.fromUriString(
                        consentPage().pressWithoutFollowing("deny").location())
                .replaceQueryParam("error", "%3Cscript%3Ealert(1)%3C/script%3E")
                .replaceQueryParam("error_description", "%3Cb%3Ecall%20me%3C/b%3E")
                .build()
                .toUriString();

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.document().outerHtml()).contains("unknown_error").doesNotContain("script", "alert(", "call me");
    }

    @Test
    void theErrorOfACallbackIsNotReflectedIntoARedirect() {
        String callback = UriComponentsBuilder.fromUriString(
                        consentPage("/after").pressWithoutFollowing("deny").location())
                .replaceQueryParam("error", "no%0D%0ASet-Cookie:%20a=b")
                .build()
                .toUriString();

        Page page = browser.openWithoutFollowing(callback);

        assertThat(page.location()).isEqualTo(at("/after?error=unknown_error"));
        assertThat(page.response().hasHeader("Set-Cookie")).isFalse();
    }
}
