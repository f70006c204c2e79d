package io.oauthservice.sandbox.stage;

/** Who decides on the consent page: the person in front of it, or the sandbox without showing it. */
public enum Consent {
    ASK,
    APPROVE,
    DENY
}
