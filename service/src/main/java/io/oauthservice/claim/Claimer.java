package io.oauthservice.claim;

import io.oauthservice.access.Caller;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.grantcheck.Activation;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.UnclaimedInstallations;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Claims installations on behalf of callers. */
@Component
public class Claimer {

    private static final Logger log = LoggerFactory.getLogger(Claimer.class);

    private final CallerInstallations callerInstallations;
    private final UnclaimedInstallations unclaimed;
    private final Activation activation;

    Claimer(CallerInstallations callerInstallations, UnclaimedInstallations unclaimed, Activation activation) {
        this.callerInstallations = callerInstallations;
        this.unclaimed = unclaimed;
        this.activation = activation;
    }

    /**
     * Makes an unclaimed installation active. Fails with a 403, 404, 409 or 503 problem where that is not possible.
     *
     * @param id as the caller has sent it
     */
    public Mono<Installation> claim(Caller caller, String id) {
        return callerInstallations
                .findToChange(caller, id)
                .flatMap(found ->
                        found.status() == InstallationStatus.UNCLAIMED ? activate(found) : Mono.error(notUnclaimed()))
                // The installation has changed since it was read.
                .switchIfEmpty(Mono.error(Claimer::notUnclaimed))
                .doOnNext(active -> log.info(
                        "Installation claimed: platform={} installation={} by={}",
                        active.platform(),
                        active.id(),
                        caller.name()));
    }

    private Mono<Installation> activate(Installation found) {
        return activation
                .claim(found)
                .onErrorResume(
                        GrantEnded.class,
                        ended -> ended.ending() == Ending.SUSPENDED
                                ? Mono.error(suspended())
                                : unclaimed.forget(found).then(Mono.error(notUnclaimed())))
                .onErrorMap(ProviderException.class, RefreshException::of);
    }

    private static ProblemException notUnclaimed() {
        return new ProblemException(
                ProblemType.NOT_UNCLAIMED,
                "Only an installation with the status unclaimed can be claimed. Check its status");
    }

    private static ProblemException suspended() {
        return new ProblemException(
                ProblemType.SUSPENDED,
                "The installation is suspended at the provider. Ask an administrator to unsuspend it there");
    }
}
