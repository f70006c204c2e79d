/** Tests of the running service over its public interfaces, and the test support classes that they share. */
@NullMarked
package io.oauthservice;

import org.jspecify.annotations.NullMarked;
