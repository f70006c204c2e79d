/**
 * Claims an installation that was created at the provider: it becomes active without an install flow.
 *
 * <p>Knows no provider by name.
 */
@ApplicationModule(
        allowedDependencies = {"provider", "installation", "refresh", "grantcheck", "access", "entitlement", "web"})
@NullMarked
package io.oauthservice.claim;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
