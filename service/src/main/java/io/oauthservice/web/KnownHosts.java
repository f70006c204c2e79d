package io.oauthservice.web;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** The hosts that this service answers to, so that no foreign name can be pointed at it (DNS rebinding). */
@Component
public class KnownHosts {

    private static final int MOST_SPELLINGS = 100;

    private final Set<String> known =
            new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "::1", "0:0:0:0:0:0:0:1"));

    /** Headers as they were written, so that taking one apart is not part of every read. */
    private final Set<String> recognised = ConcurrentHashMap.newKeySet();

    KnownHosts(PublicAddress address) {
        known.add(address.callbackBase().getHost().toLowerCase(Locale.ROOT));
        address.hosts().forEach(host -> known.add(host.toLowerCase(Locale.ROOT)));
    }

    /** Whether a request's Host header names one of them, in any case and with any port. */
    public boolean areMeantBy(@Nullable String header) {
        if (header == null) {
            return false;
        }
        if (recognised.contains(header)) {
            return true;
        }
        InetSocketAddress host = parsed(header);
        boolean meant = host != null && known.contains(host.getHostString().toLowerCase(Locale.ROOT));
        if (meant && recognised.size() < MOST_SPELLINGS) {
            recognised.add(header);
        }
        return meant;
    }

    private static @Nullable InetSocketAddress parsed(String header) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.HOST, header);
        return headers.getHost();
    }
}
