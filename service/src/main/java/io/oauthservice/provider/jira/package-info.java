/**
 * Jira and Confluence Cloud: Atlassian's OAuth 2.0 (3LO) with PKCE and rotating refresh tokens.
 *
 * <p>A grant is a user's consent; it covers both products and every site that this user has ever given to the app.
 */
@NullMarked
package io.oauthservice.provider.jira;

import org.jspecify.annotations.NullMarked;
