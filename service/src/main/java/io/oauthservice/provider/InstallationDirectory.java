package io.oauthservice.provider;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A provider that can be asked about any installation of our App, also about one without a grant here. */
public interface InstallationDirectory {

    /**
     * The installation as it is now. Empty where our App has no installation with this id; without this capability the
     * result is empty too.
     */
    Mono<InstallationInfo> findInstallation(String externalInstallId);

    /**
     * One page of all installations of our App. Without this capability the result is empty.
     *
     * @param cursor {@link ListedInstallations#next} of the page before; null: the first page
     */
    Mono<ListedInstallations> listInstallations(@Nullable String cursor);
}
