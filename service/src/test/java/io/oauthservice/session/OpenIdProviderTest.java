package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.session.OidcProperties.Role;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

/** The metadata of the OpenID provider. */
class OpenIdProviderTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final StubOpenIdProvider played = new StubOpenIdProvider();
    private final OpenIdProvider provider = new OpenIdProvider(
            new OidcProperties(
                    played.url(),
                    StubOpenIdProvider.CLIENT_ID,
                    StubOpenIdProvider.CLIENT_SECRET,
                    "SSO",
                    List.of("openid"),
                    "roles",
                    Map.of("viewers", new Role(List.of("installations:read"), List.of("all")))),
            new PublicAddress(URI.create("https://connect.example.com"), List.of()),
            WebClient.builder(),
            Clock.systemUTC());

    @AfterEach
    void stopTheProvider() {
        played.close();
    }

    private void assertUnavailable() {
        assertThatThrownBy(
                        () -> provider.authorization(PendingSignIn.start("/")).block(SOON))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.getStatusCode().value()).isEqualTo(503);
                    assertThat(problem.getHeaders().getFirst("Retry-After")).isEqualTo("5");
                });
    }

    @Test
    void manyBrowsersCauseOneFetch() {
        List<URI> addresses = Flux.range(0, 50)
                .flatMap(i -> provider.authorization(PendingSignIn.start("/")), 50)
                .collectList()
                .block(SOON);

        assertThat(addresses)
                .hasSize(50)
                .doesNotHaveDuplicates()
                .allSatisfy(address -> assertThat(address.getQuery())
                        .contains("redirect_uri=https://connect.example.com/ui/sign-in/callback"));
        assertThat(played.fetches()).isOne();
    }

    @Test
    void metadataOfAnotherIssuerAreRejected() {
        played.callItself("https://elsewhere.example.com");

        assertUnavailable();
        assertUnavailable();
        assertThat(played.fetches()).as("a failure is cached, too").isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://id.example.com/", "javascript:alert(1)", "/authorize", "", "https://"})
    void anUnsafeAddressIsRejected(String address) {
        played.signInAt(address);

        assertUnavailable();
    }

    @Test
    void anUnavailableProviderIsReported() {
        played.close();

        assertUnavailable();
    }
}
