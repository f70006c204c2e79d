package io.oauthservice.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports on 127.0.0.1. */
public final class Ports {

    private static final int CONNECT_MILLIS = 300;

    // Below the ports that Linux (32768) and macOS (49152) give to outgoing connections: between the check and the
    // listener's start, such a connection could take the port.
    private static final int FIRST = 15_000;
    private static final int END = 32_000;

    // Two JVMs run the tests at the same time (surefire's forkCount). One gives even ports and the other odd ones, so
    // that none takes a port that the other gave and nothing listens on yet.
    private static final int REMAINDER = Integer.getInteger("surefire.forkNumber", 1) % 2;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A port without a listener, outside the range of outgoing connections, and not returned before. */
    public static int free() {
        int port = random();
        while (!GIVEN.add(port) || taken(port)) {
            port = random();
        }
        return port;
    }

    /**
     * Fails with {@link StartRefusedException} on the first port that is in use or set twice, and names its setting.
     *
     * @param wanted the setting's name and its port, in the order of the checks
     */
    public static void requireFree(Map<String, Integer> wanted) {
        Map<Integer, String> seen = new HashMap<>();
        wanted.forEach((setting, port) -> {
            String other = seen.put(port, setting);
            if (other != null) {
                throw new StartRefusedException(
                        "%s and %s are both %d: set one to another port".formatted(other, setting, port));
            }
            if (taken(port)) {
                throw new StartRefusedException(
                        "Port %d is taken: stop what listens there or set %s=<a free port>".formatted(port, setting));
            }
        });
    }

    // Both are needed: some systems let 127.0.0.1 be bound beside a listener on all addresses.
    private static boolean taken(int port) {
        return answers(port) || !binds(port);
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(loopback(port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean binds(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(loopback(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int random() {
        return ThreadLocalRandom.current().nextInt(FIRST / 2, END / 2) * 2 + REMAINDER;
    }

    private static InetSocketAddress loopback(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }
}
