/**
 * GitHub: a GitHub App and its installations.
 *
 * <p>A grant is an installation: its tokens are minted with the App JWT, which is what refreshing means for it. The
 * user's token of the install flow proves that the installation is theirs; it is a grant of its own where it is wanted, and
 * else given back.
 */
@NullMarked
package io.oauthservice.provider.github;

import org.jspecify.annotations.NullMarked;
