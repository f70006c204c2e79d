package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Any browser may start flows; they have calls of their own to the platform. */
@TestPropertySource(properties = "oauth.provider-guard.install-calls=2")
class FlowBulkheadTest extends FlowTestBase {

    private record Person(Browser browser, String callback) {

        Page complete() {
            return browser.open(callback);
        }
    }

    private Person person() {
        Browser other = new Browser();
        return new Person(other, approved(other.open(at("/oauth/install/github"))));
    }

    @Test
    void flowsDoNotHoldUpRefreshes() {
        gitHub().setAccessTokenLifetime(Duration.ofSeconds(1));
        assertThat(connect().heading()).isEqualTo("Connected");
        gitHub().setAccessTokenLifetime(Duration.ofHours(1));
        List<Person> people = Stream.generate(this::person).limit(3).toList();
        gitHub().failExchange(Fault.hang().times(2));
        List<CompletableFuture<Page>> flows = people.stream()
                .limit(2)
                .map(person -> CompletableFuture.supplyAsync(
                        person::complete, task -> Thread.ofVirtual().start(task)))
                .toList();
        Awaitility.await().until(() -> gitHub().calls("exchange").size() == 3);

        assertThat(people.getLast().complete().status()).isEqualTo(503);
        assertThat(service().token(ACME).status()).isEqualTo(200);

        gitHub().clearFaults();
        assertThat(flows).allSatisfy(flow -> assertThat(flow.join().status()).isEqualTo(503));
    }
}
