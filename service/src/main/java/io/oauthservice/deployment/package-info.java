/**
 * Records which deployment a database belongs to: its {@code OAUTH_CALLBACK_BASE} at the first start. A process with
 * another one, for example on a restored copy, does not start, because its refreshes would invalidate the original's
 * grants.
 *
 * <p>Knows no feature and no grant.
 */
@ApplicationModule(allowedDependencies = {"startup", "web"})
@NullMarked
package io.oauthservice.deployment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
