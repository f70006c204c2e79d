package io.oauthservice.token;

/** What the plain token read asks by: the default grant of an organisation. */
record Lookup(String platform, String orgId) {}
