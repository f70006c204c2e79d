/**
 * Install links: addresses by which a person without credentials connects an account, once. Owns their table. A flow
 * claims a link before it redeems its code, and spends it in the transaction that stores the grant. Their API and their
 * page are part of {@code install}.
 *
 * <p>Asks {@code access} whether the creator of a link may still connect. Does not know HTTP or providers.
 */
@ApplicationModule(allowedDependencies = {"access", "audit", "background", "core", "database", "installation"})
@NullMarked
package io.oauthservice.link;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
