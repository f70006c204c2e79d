/**
 * How calls leave this machine: through the proxy of {@code HTTPS_PROXY} where the environment names one.
 *
 * <p>Knows no feature.
 */
@ApplicationModule(allowedDependencies = "startup")
@NullMarked
package io.oauthservice.outbound;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
