package io.oauthservice.entitlement;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Caller.Share;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.web.ProblemException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds installations for callers, by the ids that they have sent. */
@Component
public class CallerInstallations {

    private final Installations installations;

    CallerInstallations(Installations installations) {
        this.installations = installations;
    }

    /**
     * An installation that the caller sees: it covers one of the caller's organisations. Fails with a 404 problem, and
     * with a 403 problem for a caller without the permission to read installations.
     */
    public Mono<Installation> findReadable(Caller caller, String id) {
        return find(caller, Caller.INSTALLATIONS_READ, id);
    }

    /**
     * The same for a change of the installation, which affects all organisations that it covers. Fails with a 403
     * problem without the permission, and where not all of them are the caller's.
     */
    public Mono<Installation> findToChange(Caller caller, String id) {
        return find(caller, Caller.INSTALLATIONS_WRITE, id).doOnNext(found -> requireWhole(caller, found));
    }

    private Mono<Installation> find(Caller caller, String permission, String id) {
        return Mono.fromRunnable(() -> caller.require(permission))
                .then(Mono.justOrEmpty(InstallationId.parse(id)))
                .flatMap(installations::find)
                .filter(found -> caller.sees(found.organisationIds()))
                .switchIfEmpty(Mono.error(ProblemException::unknownInstallation));
    }

    private static void requireWhole(Caller caller, Installation found) {
        if (caller.shareOf(found.organisationIds()) != Share.WHOLE) {
            throw ProblemException.forbidden("every organisation that the installation covers");
        }
    }
}
