package io.oauthservice.startup;

import java.net.URI;
import java.util.Map;

/** Settings with addresses of servers that secrets are sent to; {@link Addresses} checks them when they are bound. */
public interface SecretDestinations {

    /** The addresses by their environment variables. */
    Map<String, URI> secretDestinations();
}
