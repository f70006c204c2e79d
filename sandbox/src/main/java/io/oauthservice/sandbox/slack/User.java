package io.oauthservice.sandbox.slack;

/** A Slack user, who is a member of every workspace. */
record User(String id, String name, boolean deactivated) {

    User deactivatedNow() {
        return new User(id, name, true);
    }
}
