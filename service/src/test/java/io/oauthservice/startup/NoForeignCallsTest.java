package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.OAuthServiceApplication;
import io.oauthservice.local.ServiceStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The service calls configured servers only: libraries that report their use would send requests through this proxy.
 */
class NoForeignCallsTest {

    private static final int A_WHILE = 3000;

    private ServerSocket proxy;

    @BeforeEach
    void setProxy() throws IOException {
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        for (String scheme : List.of("http", "https")) {
            System.setProperty(scheme + ".proxyHost", "127.0.0.1");
            System.setProperty(scheme + ".proxyPort", Integer.toString(proxy.getLocalPort()));
        }
    }

    @AfterEach
    void restoreProxy() throws IOException {
        for (String scheme : List.of("http", "https")) {
            System.clearProperty(scheme + ".proxyHost");
            System.clearProperty(scheme + ".proxyPort");
        }
        proxy.close();
    }

    @Test
    void aStartCallsNoForeignServer() throws IOException {
        try (ConfigurableApplicationContext service = ServiceStart.run(OAuthServiceApplication.class)) {
            assertThat(service.isRunning()).isTrue();
            assertThat(isCalled()).isFalse();
        }
    }

    private boolean isCalled() throws IOException {
        proxy.setSoTimeout(A_WHILE);
        try (Socket caller = proxy.accept()) {
            return caller.isConnected();
        } catch (SocketTimeoutException nobody) {
            return false;
        }
    }
}
