/**
 * All knowledge about the OAuth platforms: {@link io.oauthservice.provider.OAuthProvider}, small capability interfaces
 * beside it, and one package for each platform that implements them. docs/providers.md is the wire reference.
 *
 * <p>Knows no tables, callers or events. {@link io.oauthservice.provider.Providers} gives access to the configured
 * platforms. Every call to them is guarded, and every failure is a {@link io.oauthservice.provider.ProviderException}.
 */
@ApplicationModule(allowedDependencies = {"background", "core", "outbound", "startup"})
@NullMarked
package io.oauthservice.provider;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
