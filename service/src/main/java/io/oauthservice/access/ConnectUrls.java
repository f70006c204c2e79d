package io.oauthservice.access;

import io.oauthservice.core.Platform;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/** Decides who may start an install flow, and builds its URL. */
@Component
@EnableConfigurationProperties({ConnectUrls.Properties.class, AccessProperties.class})
public class ConnectUrls {

    private final Properties properties;
    private final PublicAddress address;

    ConnectUrls(Properties properties, PublicAddress address) {
        this.properties = properties;
        this.address = address;
    }

    /** Whether the caller may start an install flow; null: a browser without credentials. */
    public boolean mayConnect(@Nullable Caller caller) {
        return properties.open() || (caller != null && caller.may(Caller.INSTALLATIONS_WRITE));
    }

    /**
     * The URL where a person starts to connect. Null unless flows are open: a browser does not send the caller's key.
     */
    public @Nullable URI of(Platform platform) {
        return properties.open() ? address.installUrl(platform.id()) : null;
    }

    /** @param open whether any browser may start a flow; otherwise only a caller with installations:write */
    @ConfigurationProperties("oauth.install")
    record Properties(@DefaultValue("false") boolean open) {}
}
