/**
 * From a browser to the provider, back, and into an installation: states, the browser they are bound to, the callback
 * and the pages that people see.
 *
 * <p>Knows no provider by name; what the callback's query says is believed only after the provider was asked.
 */
@ApplicationModule(
        allowedDependencies = {"core", "provider", "installation", "grant", "vault", "access", "startup", "web"})
@NullMarked
package io.oauthservice.install;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
