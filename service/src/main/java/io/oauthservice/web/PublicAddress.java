package io.oauthservice.web;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The public address of this service.
 *
 * @param callbackBase scheme and host of every callback URL, without a path, normalised; http for a loopback
 *     host only
 * @param hosts further accepted values of the Host header, such as the service's name inside the cluster
 */
@ConfigurationProperties("oauth.web")
public record PublicAddress(URI callbackBase, @DefaultValue List<String> hosts) {

    private static final String SETTING = "OAUTH_CALLBACK_BASE";

    public PublicAddress {
        hosts = List.copyOf(hosts);
        if (!Addresses.isServer(callbackBase) || !Set.of("", "/").contains(callbackBase.getRawPath())) {
            throw new SettingException(SETTING, "must look like https://your-domain.com, without a path");
        }
        callbackBase = Addresses.origin(callbackBase);
        if (!"https".equals(callbackBase.getScheme()) && !Addresses.isLoopback(callbackBase.getHost())) {
            throw new SettingException(SETTING, "must begin with https:// unless its host is a loopback address");
        }
    }

    public boolean isSecure() {
        return "https".equals(callbackBase.getScheme());
    }

    /** The redirect URI for a platform. */
    public URI callbackUrl(String platform) {
        return URI.create(callbackBase + "/oauth/callback/" + platform);
    }

    /** The address where a person starts to connect. */
    public URI installUrl(String platform) {
        return URI.create(callbackBase + "/oauth/install/" + platform);
    }
}
