/** The sandbox by raw HTTP: no client of the service takes part. */
@NullMarked
package io.oauthservice.sandbox;

import org.jspecify.annotations.NullMarked;
