/**
 * Calls to other systems: one factory of HTTP clients with limits, proxy and trusted certificates, and the
 * configuration of circuit breakers.
 *
 * <p>Knows no feature.
 */
@ApplicationModule(allowedDependencies = "startup")
@NullMarked
package io.oauthservice.outbound;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
