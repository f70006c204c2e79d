package io.oauthservice.audit;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How the address of a sender is stored: its network, because the whole address is personal data. */
@Component
class SourceNetworks {

    private static final int IPV4_BYTES = 3;
    private static final int IPV6_BYTES = 6;

    private final boolean fullAddress;

    SourceNetworks(AuditProperties properties) {
        this.fullAddress = properties.fullAddress();
    }

    /** Such as {@code 192.0.2.0/24} or {@code 2001:db8:1::/48}; null for null. */
    @Nullable
    String text(@Nullable InetAddress address) {
        if (address == null) {
            return null;
        }
        return fullAddress ? NetUtil.toAddressString(address) : network(address);
    }

    private static String network(InetAddress address) {
        int kept = address instanceof Inet4Address ? IPV4_BYTES : IPV6_BYTES;
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, kept, bytes.length, (byte) 0);
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(bytes)) + "/" + kept * Byte.SIZE;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
