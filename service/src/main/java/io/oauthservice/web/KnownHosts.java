package io.oauthservice.web;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The values of the Host header that this service accepts, as a protection against DNS rebinding. */
@Component
class KnownHosts {

    private static final int MAX_CACHED = 100;
    private static final String NAME = "\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9._-]+";
    private static final Pattern HOST_ALONE = Pattern.compile(NAME);
    private static final Pattern HOST = Pattern.compile("(" + NAME + ")(?::(\\d{1,5}))?");

    private final Set<String> known = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]"));

    /** Accepted header values, so that they are parsed once. */
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();

    KnownHosts(PublicAddress address) {
        known.add(address.callbackBase().getHost().toLowerCase(Locale.ROOT));
        address.hosts().forEach(this::add);
    }

    private void add(String host) {
        if (!HOST_ALONE.matcher(host).matches()) {
            throw new SettingException(
                    "OAUTH_HOSTS", "must be host names separated by commas, without scheme, port and path: " + host);
        }
        known.add(host.toLowerCase(Locale.ROOT));
    }

    /** Whether a Host header names a known host, ignoring case and port. */
    boolean matches(@Nullable String header) {
        if (header == null) {
            return false;
        }
        if (accepted.contains(header)) {
            return true;
        }
        String host = hostOf(header);
        boolean matches = host != null && known.contains(host.toLowerCase(Locale.ROOT));
        if (matches && accepted.size() < MAX_CACHED) {
            accepted.add(header);
        }
        return matches;
    }

    /** Null where the header is malformed, its port included. */
    private static @Nullable String hostOf(String header) {
        Matcher parts = HOST.matcher(header);
        if (!parts.matches()) {
            return null;
        }
        String port = parts.group(2);
        return port == null || Integer.parseInt(port) <= Addresses.MAX_PORT ? parts.group(1) : null;
    }
}
