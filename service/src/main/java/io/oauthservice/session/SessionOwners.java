package io.oauthservice.session;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The current permissions of the owners of sessions, whatever they were at sign-in. */
@Component
class SessionOwners {

    private final Callers callers;
    private final Roles roles;

    SessionOwners(Callers callers, Roles roles) {
        this.callers = callers;
        this.roles = roles;
    }

    /** Empty once the key is no longer valid, or the settings give the person no permission. */
    Optional<Caller> caller(SessionOwner owner) {
        return switch (owner) {
            case SessionOwner.ApiKey key -> Optional.ofNullable(callers.findClient(key.sha256()));
            case SessionOwner.Person person -> roles.caller(person);
        };
    }

    String displayName(SessionOwner owner, Caller caller) {
        return switch (owner) {
            case SessionOwner.ApiKey key -> callers.displayName(caller.name());
            case SessionOwner.Person person -> person.displayName();
        };
    }
}
