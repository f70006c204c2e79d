package io.oauthservice.access;

import io.oauthservice.core.Platform;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/** Who may start a flow, and at which address. */
@Component
@EnableConfigurationProperties({ConnectUrls.Properties.class, AccessProperties.class})
public class ConnectUrls {

    private final Properties properties;
    private final PublicAddress address;

    ConnectUrls(Properties properties, PublicAddress address) {
        this.properties = properties;
        this.address = address;
    }

    /** Whether this caller, or a browser without one, may start a flow. */
    public boolean mayConnect(@Nullable Caller caller) {
        return properties.open() || (caller != null && caller.may(Caller.INSTALLATIONS_WRITE));
    }

    /** Null unless any browser may open it: the caller's key does not go with a person's browser. */
    public @Nullable URI of(Platform platform, @Nullable Caller caller) {
        return properties.open() ? address.installUrl(platform.id()) : null;
    }

    /** @param open whether any browser may start a flow; else it takes a caller with {@code installations:write} */
    @ConfigurationProperties("oauth.install")
    record Properties(@DefaultValue("false") boolean open) {}
}
