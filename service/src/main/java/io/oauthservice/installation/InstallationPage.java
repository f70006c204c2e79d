package io.oauthservice.installation;

import io.oauthservice.installation.InstallationFilter.Cursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the list.
 *
 * @param next where the next page begins; null on the last
 */
public record InstallationPage(
        List<Installation> installations, @Nullable Cursor next) {}
