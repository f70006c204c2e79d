/**
 * Stores the grants of organisations at OAuth platforms and returns valid access tokens.
 *
 * <p>Each package is one feature. Its {@code package-info} states what it owns and which packages it may use.
 * CONTRIBUTING.md lists the packages from the lowest to the highest.
 */
@NullMarked
package io.oauthservice;

import org.jspecify.annotations.NullMarked;
