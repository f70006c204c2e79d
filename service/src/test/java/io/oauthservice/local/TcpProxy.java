package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy in front of a server on 127.0.0.1. It can break connections, and hold requests or responses, while the server
 * keeps running.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final HoldGate holdGate = new HoldGate();
    private volatile int target;
    private volatile boolean cut;

    private TcpProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    public static TcpProxy open(int port, int target) {
        try {
            TcpProxy proxy = new TcpProxy(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Sends new connections to another server, and closes the open ones. */
    public void redirectTo(int port) {
        target = port;
        open.forEach(TcpProxy::close);
    }

    /** Closes all connections, and each new one until {@link #restore()}. Held traffic is lost. */
    public void cut() {
        cut = true;
        open.forEach(TcpProxy::close);
        holdGate.open();
    }

    public void restore() {
        cut = false;
    }

    /** Holds all requests from now on. */
    public void holdRequests() {
        holdGate.holdRequests("");
    }

    /** Holds a request that contains the text, and everything after it on its connection. */
    public void holdRequests(String text) {
        holdGate.holdRequests(text);
    }

    /** Holds all responses from now on: the server has acted, and the client does not get the result. */
    public void holdAnswers() {
        holdGate.holdAnswers();
    }

    /** Holds the response to a request that contains the text, and everything after it on its connection. */
    public void holdAnswersTo(String text) {
        holdGate.holdAnswersTo(text);
    }

    /** Whether any traffic is held. */
    public boolean isHolding() {
        return holdGate.isHolding();
    }

    /** Forwards the held traffic, and holds nothing from now on. */
    public void release() {
        holdGate.open();
    }

    private void accept() {
        try {
            while (true) {
                connect(listener.accept());
            }
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(server);
            if (cut) {
                close(client);
                close(server);
            }
            Thread.ofVirtual().start(() -> forward(client, server, text -> holdGate.request(client, text)));
            Thread.ofVirtual().start(() -> forward(server, client, text -> holdGate.answer(client)));
        } catch (IOException unreachable) {
            client.close();
        }
    }

    private void forward(Socket from, Socket to, Gate gate) {
        try (from;
                to) {
            byte[] chunk = new byte[CHUNK];
            for (int length = from.getInputStream().read(chunk);
                    length > 0;
                    length = from.getInputStream().read(chunk)) {
                gate.pass(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
                to.getOutputStream().write(chunk, 0, length);
            }
        } catch (IOException | InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            holdGate.forget(from);
        }
    }

    /** Called between reading and writing; may wait. */
    private interface Gate {
        void pass(String text) throws InterruptedException;
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
        listener.close();
        cut();
    }
}
