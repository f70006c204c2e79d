/**
 * The sandbox's HTTP: requests, replies, routes, pages and the server.
 *
 * <p>It must not depend on providers or OAuth. Request bodies are bounded, HTML is escaped, and an unexpected exception
 * becomes a plain 500.
 */
@NullMarked
package io.oauthservice.sandbox.http;

import org.jspecify.annotations.NullMarked;
