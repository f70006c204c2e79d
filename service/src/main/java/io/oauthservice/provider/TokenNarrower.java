package io.oauthservice.provider;

import io.oauthservice.provider.NarrowedToken.Repository;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A provider that issues tokens for a part of a grant. */
public interface TokenNarrower {

    /** {@link ProviderException.BadRequest#code()}: a requested permission is not granted. */
    String PERMISSION_NOT_GRANTED = "permissions_not_granted";

    /** {@link ProviderException.BadRequest#code()}: a requested repository does not exist, or is not granted. */
    String REPOSITORY_NOT_GRANTED = "repository_not_granted";

    /** Whether the grant can be narrowed; never without this capability. */
    boolean canNarrow(Grant grant);

    /**
     * A token that covers no more than the variant. Fails with {@link ProviderException.BadRequest} where the grant
     * covers less than the variant, and with {@link ProviderException.Retryable} where the provider issued more, which
     * is revoked.
     */
    Mono<NarrowedToken> narrowToken(Grant grant, Variant variant);

    /** The permissions of the grant at the provider now. */
    Mono<Map<String, String>> grantedPermissions(Grant grant);

    /** Those of the repositories that the grant's access token covers. Never empty; the list may be. */
    Mono<List<Repository>> grantedRepositories(Grant grant, Repositories wanted);
}
