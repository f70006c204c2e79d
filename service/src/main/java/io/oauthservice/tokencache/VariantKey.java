package io.oauthservice.tokencache;

import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Variant;

/** The key of a narrowed token. */
public record VariantKey(InstallationId installation, String orgId, Variant variant) {}
