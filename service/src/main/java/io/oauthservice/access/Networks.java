package io.oauthservice.access;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.oauthservice.startup.SettingException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A set of IP addresses, given as CIDR blocks. */
record Networks(List<IpSubnetFilterRule> blocks) {

    /** @throws SettingException naming the setting and the invalid block */
    static Networks parse(String setting, List<String> cidrs) {
        return new Networks(cidrs.stream().map(cidr -> block(setting, cidr)).toList());
    }

    private static IpSubnetFilterRule block(String setting, String cidr) {
        try {
            return new IpSubnetFilterRule(cidr, IpFilterRuleType.ACCEPT);
        } catch (RuntimeException e) {
            throw new SettingException(setting, "contains an invalid CIDR block: " + cidr, e);
        }
    }

    boolean contains(InetAddress address) {
        if (blocks.isEmpty()) {
            return false;
        }
        InetSocketAddress anyPort = new InetSocketAddress(address, 0);
        return blocks.stream().anyMatch(block -> block.matches(anyPort));
    }
}
