/**
 * Serves cached token responses in the connection's Netty pipeline, before Spring handles the request.
 *
 * <p>Serves nothing that {@code tokencache} does not hold: everything else is regular request handling.
 */
@ApplicationModule(allowedDependencies = {"tokencache", "access"})
@NullMarked
package io.oauthservice.fastpath;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
