package io.oauthservice.sandbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalHttpServerTest {

    /** By default the JDK's server closes the 201st idle connection. */
    private static final int MANY = 300;

    @Test
    void clientsMayKeepManyConnections() throws IOException {
        List<Socket> kept = new ArrayList<>();
        try (LocalHttpServer server = LocalHttpServer.bind(0)) {
            server.serve(request -> Reply.nothing());
            for (int i = 0; i < MANY; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.baseUrl().getPort());
                kept.add(socket);
                assertThat(ask(socket)).isEqualTo("HTTP/1.1 204 No Content");
            }

            for (Socket socket : kept) {
                assertThat(ask(socket)).isEqualTo("HTTP/1.1 204 No Content");
            }
        } finally {
            for (Socket socket : kept) {
                socket.close();
            }
        }
    }

    /** Returns the status line and skips the headers. */
    private static String ask(Socket socket) throws IOException {
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader answer =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = answer.readLine();
        String header = answer.readLine();
        while (header != null && !header.isEmpty()) {
            header = answer.readLine();
        }
        return status;
    }
}
