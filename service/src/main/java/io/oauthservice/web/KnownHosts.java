package io.oauthservice.web;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** The hosts that this service answers to, so that no foreign name can be pointed at it (DNS rebinding). */
@Component
public class KnownHosts {

    private final Set<String> known =
            new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "::1", "0:0:0:0:0:0:0:1"));

    KnownHosts(PublicAddress address) {
        known.add(address.callbackBase().getHost().toLowerCase(Locale.ROOT));
        address.hosts().forEach(host -> known.add(host.toLowerCase(Locale.ROOT)));
    }

    /** Whether the request's Host header names one of them, in any case and with any port. */
    public boolean areMeantBy(ServerHttpRequest request) {
        @Nullable InetSocketAddress host = request.getHeaders().getHost();
        return host != null && known.contains(host.getHostString().toLowerCase(Locale.ROOT));
    }
}
