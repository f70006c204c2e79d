package io.oauthservice.revoke;

import io.oauthservice.access.Caller;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.StatusChanges;
import io.oauthservice.provider.Providers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Revokes installations on behalf of callers. */
@Component
public class Revoker {

    private static final Logger log = LoggerFactory.getLogger(Revoker.class);

    private final CallerInstallations callerInstallations;
    private final StatusChanges statusChanges;
    private final ProviderRevocations revocations;
    private final Providers providers;

    Revoker(
            CallerInstallations callerInstallations,
            StatusChanges statusChanges,
            ProviderRevocations revocations,
            Providers providers) {
        this.callerInstallations = callerInstallations;
        this.statusChanges = statusChanges;
        this.revocations = revocations;
        this.providers = providers;
    }

    /**
     * Revokes an installation, unless it is revoked already. Fails with a 403 or 404 problem where the caller may not.
     *
     * @param id as the caller has sent it
     */
    public Mono<Void> revoke(Caller caller, String id) {
        return callerInstallations
                .findToChange(caller, id)
                .flatMap(found -> statusChanges.revoke(found.id(), isRevokedByInstallation(found)))
                .doOnNext(ended -> {
                    log.info(
                            "Installation revoked: platform={} installation={} by={}",
                            ended.platform(),
                            ended.id(),
                            caller.name());
                    revocations.wake();
                })
                .then();
    }

    /** A platform that is not configured may be one that needs no token; it decides when it is configured again. */
    private boolean isRevokedByInstallation(Installation found) {
        return providers
                .find(found.platform().id())
                .map(provider -> provider.revokesByInstallation(found.grantWithoutTokens()))
                .orElse(true);
    }
}
