/**
 * HTTP as the sandbox speaks it: requests, replies, routes, pages, and the server that carries them.
 *
 * <p>Knows no provider and no OAuth. Bodies are bounded, HTML is escaped where it is made, and whatever fails inside
 * leaves as a plain 500.
 */
@NullMarked
package io.oauthservice.sandbox.http;

import org.jspecify.annotations.NullMarked;
