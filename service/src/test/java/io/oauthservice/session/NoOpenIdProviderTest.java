package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.PageTestBase;
import org.junit.jupiter.api.Test;

/** The page without an OpenID provider. */
class NoOpenIdProviderTest extends PageTestBase {

    @Test
    void theFormOffersNone() {
        assertThat(open("/").document().select("a.button")).isEmpty();
    }

    @Test
    void itsAddressesDoNotExist() {
        for (String path : new String[] {"/ui/sign-in/oidc", "/ui/sign-in/callback?code=a&state=b"}) {
            Page page = open(path);

            assertThat(page.status()).isEqualTo(404);
            assertThat(page.text()).contains("Sign in with an API key");
        }
    }
}
