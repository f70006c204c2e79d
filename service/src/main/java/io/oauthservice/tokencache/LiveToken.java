package io.oauthservice.tokencache;

import io.oauthservice.core.Secret;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;

/** A token that is good now, and where it comes from. */
public record LiveToken(Installation installation, Organisation organisation, Secret accessToken) {}
