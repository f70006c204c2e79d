package io.oauthservice.tokencache;

import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Repositories;
import org.jspecify.annotations.Nullable;

/**
 * What a grant covers of the repositories of a ceiling.
 *
 * @param repositories null: none of them
 * @param readAt when the provider was asked, by {@link System#nanoTime()}
 */
public record CoveredRepositories(@Nullable Repositories repositories, long readAt) {

    /** Of which grant, and of which ceiling. */
    public record Key(InstallationId installation, Repositories ceiling) {}
}
