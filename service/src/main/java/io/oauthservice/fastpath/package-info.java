/**
 * Serves cached tokens and pages of the list in the connection's Netty pipeline, before Spring handles the request.
 *
 * <p>Serves nothing that {@code tokencache} and {@code listing} do not hold: everything else is regular request
 * handling.
 */
@ApplicationModule(allowedDependencies = {"tokencache", "listing", "access", "audit", "web"})
@NullMarked
package io.oauthservice.fastpath;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
