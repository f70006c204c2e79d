package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A second address of a server on 127.0.0.1, which can be cut off while the server itself goes on. */
public final class Detour implements AutoCloseable {

    private final ServerSocket entrance;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private Detour(ServerSocket entrance, int target) {
        this.entrance = entrance;
        this.target = target;
    }

    public static Detour open(int port, int target) {
        try {
            Detour detour = new Detour(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(detour::letIn);
            return detour;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** Breaks every connection, and each that is tried from now on. */
    public void cut() {
        cut = true;
        open.forEach(Detour::close);
    }

    public void restore() {
        cut = false;
    }

    private void letIn() {
        try {
            while (true) {
                Socket caller = entrance.accept();
                if (cut) {
                    caller.close();
                } else {
                    join(caller, new Socket(InetAddress.getLoopbackAddress(), target));
                }
            }
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void join(Socket caller, Socket server) {
        open.add(caller);
        open.add(server);
        Thread.ofVirtual().start(() -> pour(caller, server));
        Thread.ofVirtual().start(() -> pour(server, caller));
    }

    private void pour(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
