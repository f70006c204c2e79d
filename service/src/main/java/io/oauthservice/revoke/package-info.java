/**
 * The end of an installation by our own will: in our tables at once, at the provider as soon as it can be had.
 *
 * <p>Knows no provider by name.
 */
@ApplicationModule(allowedDependencies = {"provider", "installation", "grant", "access", "web"})
@NullMarked
package io.oauthservice.revoke;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
