package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Fault;
import io.oauthservice.RawConnection;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.local.LocalProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

/** The concurrent requests of one caller are limited. */
@TestPropertySource(properties = {"oauth.access.limits.concurrent-requests=3", "oauth.provider-guard.time-limit=8s"})
class ConcurrencyTest extends ServiceTestBase {

    @Value("${local.server.port}")
    private int port;

    private RawConnection read(String query) throws IOException {
        RawConnection connection = new RawConnection(port);
        connection.send("GET /oauth/token/github?org_id=" + ACME + query + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Authorization: Bearer " + LocalProperties.API_KEY + "\r\n\r\n");
        return connection;
    }

    @Test
    void oneMoreRequestIsRejectedAndOtherCallersAreServed() throws IOException {
        rows.leaveTokenOnly(connect(ACME), Duration.ofMinutes(-1));
        gitHub.failMint(Fault.hang());
        List<RawConnection> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(read(""));
        }

        await().until(() -> service.get("/oauth/platforms").status() == 429);
        Answer rejected = service.get("/oauth/platforms");
        assertThat(rejected.problem()).isEqualTo("rate-limited");
        assertThat(rejected.headers().getFirst("Retry-After")).isEqualTo("1");
        assertThat(new Service(http, "lister-key").get("/oauth/platforms").status())
                .isEqualTo(200);
        assertThat(waiting).noneMatch(RawConnection::isAnswered);

        waiting.getFirst().close();
        await().until(() -> service.get("/oauth/platforms").status() == 200);

        gitHub.clearFaults();
        waiting.getLast().read();
        await().until(() -> service.get("/oauth/platforms").status() == 200);
        for (RawConnection connection : waiting) {
            connection.close();
        }
    }
}
