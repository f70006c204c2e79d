package io.oauthservice.sandbox.slack;

/** A person at Slack, who is in every workspace here. */
record User(String id, String name, boolean deactivated) {

    User deactivatedNow() {
        return new User(id, name, true);
    }
}
