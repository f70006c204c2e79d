package io.oauthservice.refresh;

import io.oauthservice.installation.EndingSource;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.ProviderException.Ending;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Records that a grant ended at its provider, or was suspended there. */
@Component
public class GrantEndings {

    private static final Logger log = LoggerFactory.getLogger(GrantEndings.class);

    private final Installations installations;

    GrantEndings(Installations installations) {
        this.installations = installations;
    }

    /**
     * Returns the installation as it is afterwards: ended, or as another change has left it.
     *
     * @param error the provider's error code, or what found out, for the log
     */
    public Mono<Installation> record(Installation seen, Ending ending, EndingSource source, String error) {
        return installations
                .markEnded(seen, ending, source)
                .doOnNext(after -> log.info(
                        "Installation ended by the provider: platform={} installation={} status={} reason={} error={}",
                        after.platform(),
                        after.id(),
                        after.status().code(),
                        after.statusReason(),
                        error))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }
}
