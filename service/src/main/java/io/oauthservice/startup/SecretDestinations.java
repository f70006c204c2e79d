package io.oauthservice.startup;

import java.net.URI;
import java.util.Map;

/** Settings with addresses of servers that get our secrets; {@link Addresses} checks them as soon as they are bound. */
public interface SecretDestinations {

    /** The addresses by their environment variables. */
    Map<String, URI> secretDestinations();
}
