package io.oauthservice.outbound;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The targets that are called without the proxy. An entry is a name, which includes its subdomains, an address, a
 * network as a CIDR block, or {@code *} for every target. Names and addresses may have a port. Loopback addresses
 * always match.
 */
final class NoProxy {

    private final List<Predicate<InetSocketAddress>> entries;

    private NoProxy(List<Predicate<InetSocketAddress>> entries) {
        this.entries = entries;
    }

    static NoProxy of(String list) {
        return new NoProxy(Arrays.stream(list.split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .map(NoProxy::entry)
                .toList());
    }

    private static Predicate<InetSocketAddress> entry(String text) {
        if (text.equals("*")) {
            return target -> true;
        }
        return text.contains("/") ? network(text) : name(text.toLowerCase(Locale.ROOT));
    }

    private static Predicate<InetSocketAddress> network(String cidr) {
        try {
            IpSubnetFilterRule rule = new IpSubnetFilterRule(cidr, IpFilterRuleType.ACCEPT);
            return target -> {
                InetAddress address = literal(target.getHostString());
                return address != null && rule.matches(new InetSocketAddress(address, target.getPort()));
            };
        } catch (RuntimeException e) {
            throw new SettingException("NO_PROXY", "contains an invalid CIDR block: " + cidr, e);
        }
    }

    /** The address; null where the host is a name. */
    private static @Nullable InetAddress literal(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static Predicate<InetSocketAddress> name(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > 0 && text.indexOf(':') == colon;
        String port = hasPort ? text.substring(colon + 1) : "";
        String host = hasPort ? text.substring(0, colon) : text;
        String suffix = host.startsWith("*.") ? host.substring(1) : host.startsWith(".") ? host : "." + host;
        return target -> {
            String name = target.getHostString().toLowerCase(Locale.ROOT);
            return (port.isEmpty() || port.equals(Integer.toString(target.getPort()))) && ("." + name).endsWith(suffix);
        };
    }

    boolean matches(String host, int port) {
        InetSocketAddress target = InetSocketAddress.createUnresolved(host, port);
        return Addresses.isLoopback(host.toLowerCase(Locale.ROOT))
                || entries.stream().anyMatch(entry -> entry.test(target));
    }
}
