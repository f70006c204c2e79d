package io.oauthservice.listing;

import io.oauthservice.installation.Installation;
import io.oauthservice.listing.InstallationFilter.Cursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the list.
 *
 * @param next where the next page begins; null on the last
 */
public record InstallationPage(
        List<Installation> installations, @Nullable Cursor next) {}
