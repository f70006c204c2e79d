/**
 * What every provider stands on: its settings, faults and recorded calls, its clock, and the control API.
 *
 * <p>{@link io.oauthservice.sandbox.stage.Provider} is the contract of a provider, {@link
 * io.oauthservice.sandbox.stage.Stage} what it is given, {@link io.oauthservice.sandbox.stage.Performance} both
 * together. Knows no provider by name.
 */
@NullMarked
package io.oauthservice.sandbox.stage;

import org.jspecify.annotations.NullMarked;
