package io.oauthservice.token;

import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.Secret;

/** A token that is good now, and where it comes from. */
record LiveToken(Installation installation, Organisation organisation, Secret accessToken) {}
