package io.oauthservice.tokencache;

/** What the plain token read asks by: the default grant of an organisation. */
public record Lookup(String platform, String orgId) {}
