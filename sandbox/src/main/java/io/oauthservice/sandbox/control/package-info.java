/**
 * What all providers share: settings, faults, recorded calls, the clock, webhooks, and the control API.
 *
 * <p>{@link io.oauthservice.sandbox.control.Provider} is the contract of a provider. It is created with a {@link
 * io.oauthservice.sandbox.control.ProviderContext} and run by a {@link io.oauthservice.sandbox.control.ProviderServer}.
 * This package must not depend on a provider.
 */
@NullMarked
package io.oauthservice.sandbox.control;

import org.jspecify.annotations.NullMarked;
