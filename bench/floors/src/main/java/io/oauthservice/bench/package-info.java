/** Applications on the service's stack that do the least, each by a profile: what the service's figures are held against. */
@NullMarked
package io.oauthservice.bench;

import org.jspecify.annotations.NullMarked;
