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
 * A second address of a server on 127.0.0.1, which can be cut off, or hold up what passes, while the server itself goes
 * on.
 */
public final class Detour implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Barrier barrier = new Barrier();
    private volatile int target;
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

    /** Leads whoever comes from now on to another server; who is connected has to come again. */
    public void leadTo(int port) {
        target = port;
        open.forEach(Detour::close);
    }

    /** Breaks every connection, and each that is tried from now on. What was held up is lost. */
    public void cut() {
        cut = true;
        open.forEach(Detour::close);
        barrier.open();
    }

    public void restore() {
        cut = false;
    }

    /** Requests stay on the way from now on. */
    public void holdRequests() {
        barrier.holdRequests("");
    }

    /** A request that carries this text stays on the way, and with it what follows on its connection. */
    public void holdRequests(String text) {
        barrier.holdRequests(text);
    }

    /** Answers stay on the way from now on: the server has acted, and nobody hears of it. */
    public void holdAnswers() {
        barrier.holdAnswers();
    }

    /** The answer to a request that carries this text stays on the way, and with it what follows on its connection. */
    public void holdAnswersTo(String text) {
        barrier.holdAnswersTo(text);
    }

    /** Whether something has come that is held up. */
    public boolean isHolding() {
        return barrier.isHolding();
    }

    /** What was held up arrives, and nothing is held up any more. */
    public void release() {
        barrier.open();
    }

    private void letIn() {
        try {
            while (true) {
                join(entrance.accept());
            }
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void join(Socket caller) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(caller);
            open.add(server);
            if (cut) {
                close(caller);
                close(server);
            }
            Thread.ofVirtual().start(() -> pour(caller, server, text -> barrier.request(caller, text)));
            Thread.ofVirtual().start(() -> pour(server, caller, text -> barrier.answer(caller)));
        } catch (IOException nobodyThere) {
            caller.close();
        }
    }

    private void pour(Socket from, Socket to, Toll toll) {
        try (from;
                to) {
            byte[] chunk = new byte[CHUNK];
            for (int length = from.getInputStream().read(chunk);
                    length > 0;
                    length = from.getInputStream().read(chunk)) {
                toll.pass(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
                to.getOutputStream().write(chunk, 0, length);
            }
        } catch (IOException | InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            barrier.forget(from);
        }
    }

    /** What stands between reading and writing. */
    private interface Toll {
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
        entrance.close();
        cut();
    }
}
