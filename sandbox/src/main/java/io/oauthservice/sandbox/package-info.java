/**
 * Simulates the providers' HTTP interfaces in one local HTTP server.
 *
 * <p>This package binds the port, starts each provider, and saves their state in a file. Package {@code http} has HTTP,
 * {@code control} has what all providers share, and each provider has its own package. To add a provider, write that
 * package and add one line to {@link io.oauthservice.sandbox.Sandbox}.
 */
@NullMarked
package io.oauthservice.sandbox;

import org.jspecify.annotations.NullMarked;
