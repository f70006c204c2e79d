/**
 * Values that every package may use: a platform's id, and a secret that reveals nothing when it is printed.
 *
 * <p>Depends on nothing.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.core;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
