package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.EventStream;
import io.oauthservice.PageTestBase;
import io.oauthservice.local.LocalProperties;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stream of an open page. */
class PageStreamTest extends PageTestBase {

    private String cookie = "";

    @BeforeEach
    void openSession() {
        cookie = "oauth_session="
                + open("/")
                        .type("key", LocalProperties.API_KEY)
                        .submitWithoutFollowing("/ui/sign-in")
                        .response()
                        .cookie("oauth_session");
    }

    @Test
    void anOpenPageGetsTheChangesThatItsKeyMaySee() throws Exception {
        try (EventStream stream = EventStream.ofPage(base, cookie)) {
            stream.next("ready");

            String id = connect(ACME);

            assertThat(stream.next("installation").data()).contains(id);
        }
    }

    @Test
    void theStreamEndsWithTheSession() throws Exception {
        try (EventStream stream = EventStream.ofPage(base, cookie)) {
            stream.next("ready");

            open("/").submit("/ui/sign-out");

            assertThat(stream.next("end").data()).contains("revoked");
        }
    }

    @Test
    void theStreamEndsWithTheKey() throws Exception {
        try (EventStream stream = EventStream.ofPage(base, cookie)) {
            stream.next("ready");

            rows.change("UPDATE oauth_sessions SET key_sha256 = repeat('0', 64)", Map.of());

            assertThat(stream.next("end").data()).contains("revoked");
        }
    }

    @Test
    void withoutASessionThereIsNoStream() throws Exception {
        try (EventStream stream = EventStream.ofPage(base, "oauth_session=none")) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }
}
