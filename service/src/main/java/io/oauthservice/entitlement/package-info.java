/**
 * Finds one installation for a caller by its id: 404 if the caller does not see it, 403 if it may not change it. Token
 * requests, lists and the audit check organisations themselves.
 *
 * <p>Changes nothing itself.
 */
@ApplicationModule(allowedDependencies = {"access", "installation", "web"})
@NullMarked
package io.oauthservice.entitlement;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
