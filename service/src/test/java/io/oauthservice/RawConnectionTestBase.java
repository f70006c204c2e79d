package io.oauthservice;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Value;

/** A test that writes its requests to a connection itself. The token of an account is cached. */
public abstract class RawConnectionTestBase extends ServiceTestBase {

    /** The path of the cached token. */
    protected static final String CACHED = "/oauth/token/github?org_id=" + ACME;

    @Value("${local.server.port}")
    protected int port;

    protected RawConnection connection;

    @BeforeEach
    void cacheToken() throws IOException {
        connect(ACME);
        awaitNotifications();
        service.token(ACME);
        connection = new RawConnection(port);
    }

    @AfterEach
    void closeConnection() throws IOException {
        connection.close();
    }
}
