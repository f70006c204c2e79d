/**
 * GitHub: a GitHub App and its installations.
 *
 * <p>A grant is an installation. Its tokens are minted with the App JWT, which is what refreshing means here; the user's
 * token of the install flow proves that the installation is theirs and is then given back.
 */
@NullMarked
package io.oauthservice.provider.github;

import org.jspecify.annotations.NullMarked;
