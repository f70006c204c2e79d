package io.oauthservice.startup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A second address of a server on 127.0.0.1. */
final class Detour implements AutoCloseable {

    private final ServerSocket entrance;
    private final int target;

    private Detour(ServerSocket entrance, int target) {
        this.entrance = entrance;
        this.target = target;
    }

    static Detour open(int port, int target) {
        try {
            Detour detour = new Detour(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(detour::letIn);
            return detour;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void letIn() {
        try {
            while (true) {
                Socket caller = entrance.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pour(caller, server));
                Thread.ofVirtual().start(() -> pour(server, caller));
            }
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pour(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
