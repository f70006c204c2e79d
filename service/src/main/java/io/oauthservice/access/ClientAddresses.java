package io.oauthservice.access;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Finds the address of a request's sender, as far as the connection or a trusted proxy proves it. A forwarding header
 * from any other host proves nothing. Such a request may have been forwarded, so that the connection proves nothing
 * either.
 */
@Component
public class ClientAddresses {

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";

    /** Headers that proxies add to forwarded requests. */
    private static final List<String> FORWARDING = List.of(
            FORWARDED,
            "X-Forwarded",
            X_FORWARDED_FOR,
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Port",
            "X-Forwarded-Server",
            "X-Forwarded-Prefix",
            "X-Forwarded-By",
            "Forwarded-For",
            "Client-IP",
            "X-ProxyUser-Ip",
            "X-Envoy-External-Address",
            "X-Envoy-Original-Path",
            "X-Azure-ClientIP",
            "Fastly-Client-IP",
            "X-Real-IP",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "X-Original-Forwarded-For",
            "True-Client-IP",
            "CF-Connecting-IP",
            "Via");

    /** The longest form of an IPv6 address. */
    private static final int MAX_LENGTH = 45;

    private static final int MAX_PORT_DIGITS = 5;

    private final Networks proxies;

    ClientAddresses(AccessProperties properties) {
        this.proxies = Networks.parse("OAUTH_TRUSTED_PROXIES", properties.trustedProxies());
    }

    /** Null where no address is proved. */
    public @Nullable InetAddress find(ServerWebExchange exchange) {
        return find(
                exchange.getRequest().getRemoteAddress(),
                name -> exchange.getRequest().getHeaders().getOrEmpty(name));
    }

    /**
     * For a request that Spring does not handle. Null where no address is proved.
     *
     * @param peer the other end of the connection
     */
    public @Nullable InetAddress find(HttpHeaders headers, InetSocketAddress peer) {
        return find(peer, headers::getAll);
    }

    /** The proved address, else the connection's, which may be a proxy's. For the audit only. */
    public InetAddress findOrPeer(HttpHeaders headers, InetSocketAddress peer) {
        return findOrPeer(peer, headers::getAll);
    }

    /** The proved address, else the connection's; null where the connection has none. For the audit only. */
    public @Nullable InetAddress findOrPeer(ServerWebExchange exchange) {
        InetSocketAddress peer = exchange.getRequest().getRemoteAddress();
        return peer == null || peer.isUnresolved()
                ? null
                : findOrPeer(peer, name -> exchange.getRequest().getHeaders().getOrEmpty(name));
    }

    private InetAddress findOrPeer(InetSocketAddress peer, Function<String, List<String>> lines) {
        InetAddress address = peer.getAddress();
        if (!proxies.contains(address)) {
            // Does not read the headers: this runs at each request.
            return address;
        }
        InetAddress sender = find(peer, lines);
        return sender == null ? address : sender;
    }

    /** @param lines the values of all header lines of a name, in their order */
    private @Nullable InetAddress find(@Nullable InetSocketAddress peer, Function<String, List<String>> lines) {
        InetAddress address = peer == null || peer.isUnresolved()
                ? null
                : of(peer.getAddress().getAddress());
        if (address == null || proxies.contains(address)) {
            return address == null ? null : findForwardedAddress(lines.apply(X_FORWARDED_FOR), lines.apply(FORWARDED));
        }
        return FORWARDING.stream().allMatch(name -> lines.apply(name).isEmpty()) ? address : null;
    }

    /** A proxy writes one of the headers and may pass the other on as the sender wrote it. So both must agree. */
    private @Nullable InetAddress findForwardedAddress(List<String> forwardedFor, List<String> forwarded) {
        InetAddress one = rightmost(forwardedFor, ClientAddresses::ofNode);
        if (forwarded.isEmpty()) {
            return one;
        }
        InetAddress other = rightmost(forwarded, ClientAddresses::ofElement);
        return forwardedFor.isEmpty() || (one != null && one.equals(other)) ? other : null;
    }

    /**
     * The rightmost address that is not a trusted proxy. Trusted proxies have written it and all to
     * the right of it. The sender may have written all to the left.
     */
    private @Nullable InetAddress rightmost(List<String> lines, Function<String, @Nullable InetAddress> parser) {
        for (String line : lines.reversed()) {
            int end = line.length();
            while (end >= 0) {
                int comma = line.lastIndexOf(',', end - 1);
                InetAddress address =
                        parser.apply(line.substring(comma + 1, end).strip());
                if (address == null || !proxies.contains(address)) {
                    return address;
                }
                end = comma;
            }
        }
        return null;
    }

    /** The {@code for} parameter of an element of {@code Forwarded} (RFC 7239, section 4). */
    private static @Nullable InetAddress ofElement(String element) {
        String node = null;
        for (String pair : element.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && pair.substring(0, equals).strip().equalsIgnoreCase("for")) {
                if (node != null) {
                    return null;
                }
                node = pair.substring(equals + 1).strip();
            }
        }
        return node == null ? null : ofNode(unquote(node));
    }

    private static String unquote(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** An address with or without a port. Null for anything else, such as {@code unknown} (RFC 7239, section 6). */
    private static @Nullable InetAddress ofNode(String node) {
        int bracket = node.indexOf(']');
        if (node.startsWith("[")) {
            boolean valid = bracket > 0 && isPort(node.substring(bracket + 1));
            String host = valid ? node.substring(1, bracket) : "";
            return host.indexOf(':') < 0 ? null : literal(host);
        }
        int colon = node.indexOf(':');
        boolean hasPort = colon > 0 && node.indexOf(':', colon + 1) < 0;
        if (!hasPort) {
            return literal(node);
        }
        return isPort(node.substring(colon)) ? literal(node.substring(0, colon)) : null;
    }

    /** Whether it is empty, or a colon and digits. */
    private static boolean isPort(String text) {
        return text.isEmpty()
                || (text.length() > 1
                        && text.length() <= 1 + MAX_PORT_DIGITS
                        && text.charAt(0) == ':'
                        && text.chars().skip(1).allMatch(digit -> digit >= '0' && digit <= '9'));
    }

    private static @Nullable InetAddress literal(String text) {
        boolean plain = text.length() <= MAX_LENGTH && text.indexOf('%') < 0 && text.indexOf('[') < 0;
        byte[] bytes = plain ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        return bytes == null ? null : of(bytes);
    }

    /** An IPv4 address that is mapped into IPv6 is the IPv4 address. */
    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
