/**
 * Which deployment a database belongs to: its {@code OAUTH_CALLBACK_BASE}, recorded at the first start. A process with
 * another one, such as one on a restored copy, does not start, because its refreshes would end the original's grants.
 *
 * <p>Knows no feature and no grant.
 */
@ApplicationModule(allowedDependencies = {"startup", "web"})
@NullMarked
package io.oauthservice.deployment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
