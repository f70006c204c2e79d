package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.RawConnection;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.local.LocalProperties;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

/** Connections on which nothing happens are closed, whatever state they are in. */
@TestPropertySource(properties = "server.netty.idle-timeout=2s")
class IdleConnectionsTest extends ServiceTestBase {

    @Value("${local.server.port}")
    private int port;

    @Test
    void aConnectionIsClosedBeforeItsFirstRequest() throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aConnectionIsClosedWithinAHead() throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send("GET /x");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aConnectionIsClosedAfterAResponse() throws IOException {
        connect(ACME);
        for (String path : new String[] {"/oauth/token/github?org_id=" + ACME, "/oauth/platforms"}) {
            try (RawConnection connection = new RawConnection(port)) {
                connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + LocalProperties.API_KEY + "\r\n\r\n");
                assertThat(connection.read().status()).isEqualTo(200);
                assertThat(connection.isClosed()).isTrue();
            }
        }
    }
}
