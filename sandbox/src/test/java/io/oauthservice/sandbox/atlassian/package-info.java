/** One test for each rule of Atlassian that the README lists. */
@NullMarked
package io.oauthservice.sandbox.atlassian;

import org.jspecify.annotations.NullMarked;
