/** The service from outside: its stories, its rules, and the small cast that plays them. */
@NullMarked
package io.oauthservice;

import org.jspecify.annotations.NullMarked;
