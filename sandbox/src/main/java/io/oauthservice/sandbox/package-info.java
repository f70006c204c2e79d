/**
 * The providers played at the wire, in one local HTTP server.
 *
 * <p>This package assembles: it binds the port, puts each provider on its stage, and keeps what they know in the state
 * file. What HTTP is lives in {@code wire}, what every provider stands on in {@code stage}, and what one provider does
 * in its own package. To add a provider, write that package and one line in {@link io.oauthservice.sandbox.Sandbox}.
 */
@NullMarked
package io.oauthservice.sandbox;

import org.jspecify.annotations.NullMarked;
