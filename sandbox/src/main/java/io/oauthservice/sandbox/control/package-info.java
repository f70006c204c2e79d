/**
 * What every provider stands on: its settings, faults and recorded calls, its clock, and the control API.
 *
 * <p>{@link io.oauthservice.sandbox.control.Provider} is the contract of a provider, {@link
 * io.oauthservice.sandbox.control.ProviderContext} what it is given, {@link io.oauthservice.sandbox.control.ProviderServer} both
 * together. Knows no provider by name.
 */
@NullMarked
package io.oauthservice.sandbox.control;

import org.jspecify.annotations.NullMarked;
