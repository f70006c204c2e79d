package io.oauthservice.sandbox.control;

/** Who decides on the consent page: the person in front of it, or the sandbox without showing it. */
public enum ConsentMode {
    ASK,
    APPROVE,
    DENY
}
