/**
 * Which installations a caller sees, and which ones it may change: one rule for every endpoint and page.
 *
 * <p>Changes nothing itself.
 */
@ApplicationModule(allowedDependencies = {"access", "installation", "web"})
@NullMarked
package io.oauthservice.entitlement;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
