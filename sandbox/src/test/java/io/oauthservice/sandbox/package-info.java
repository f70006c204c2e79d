/** Tests of the sandbox by plain HTTP, without any client of the service. */
@NullMarked
package io.oauthservice.sandbox;

import org.jspecify.annotations.NullMarked;
