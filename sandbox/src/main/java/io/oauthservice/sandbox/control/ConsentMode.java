package io.oauthservice.sandbox.control;

/** How consent is decided: by the user on the page, or automatically without the page. */
public enum ConsentMode {
    ASK,
    APPROVE,
    DENY
}
