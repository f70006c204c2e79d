package io.oauthservice.web;

import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where browsers and callers reach this service.
 *
 * @param callbackBase scheme and host of every callback URL, without a path, normalised; {@code http} for a loopback
 *     host only
 * @param hosts further values of the Host header to answer to, such as the name inside the cluster
 */
@ConfigurationProperties("oauth.web")
public record PublicAddress(URI callbackBase, @DefaultValue List<String> hosts) {

    private static final String SETTING = "OAUTH_CALLBACK_BASE";
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);

    public PublicAddress {
        hosts = List.copyOf(hosts);
        if (callbackBase.getScheme() == null
                || callbackBase.getHost() == null
                || !Set.of("", "/").contains(callbackBase.getRawPath())) {
            throw new SettingException(SETTING, "must look like https://your-domain.com, without a path");
        }
        callbackBase = normalised(callbackBase);
        if (!"https".equals(callbackBase.getScheme()) && !isLoopback(callbackBase.getHost())) {
            throw new SettingException(SETTING, "must begin with https:// unless its host is a loopback address");
        }
    }

    /** As a browser writes it in the Host header: in lower case, without a default port. */
    private static URI normalised(URI base) {
        String scheme = base.getScheme().toLowerCase(Locale.ROOT);
        String host = base.getHost().toLowerCase(Locale.ROOT);
        boolean usual = base.getPort() < 0 || Objects.equals(DEFAULT_PORTS.get(scheme), base.getPort());
        return URI.create(scheme + "://" + host + (usual ? "" : ":" + base.getPort()));
    }

    /** Whether what is sent there never leaves this machine. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    public boolean isSecure() {
        return "https".equals(callbackBase.getScheme());
    }

    /** Where the provider sends the browser back to. */
    public URI callbackUrl(String platform) {
        return URI.create(callbackBase + "/oauth/callback/" + platform);
    }

    /** Where a person starts to connect. */
    public URI installUrl(String platform) {
        return URI.create(callbackBase + "/oauth/install/" + platform);
    }
}
