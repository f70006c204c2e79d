package io.oauthservice.vault;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.retry.Retry;

/** Before the first use of the transit engine: waits for one that is not there yet, and refuses a key that binds nothing. */
final class TransitStart {

    private static final Logger log = LoggerFactory.getLogger(TransitStart.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private TransitStart() {}

    static void await(TransitVault vault) {
        try {
            vault.requireDerived()
                    .retryWhen(Retry.fixedDelay(PATIENCE.dividedBy(PAUSE), PAUSE)
                            .filter(VaultException.Outage.class::isInstance)
                            .doBeforeRetry(retry -> log.info(
                                    "Waiting for the key service: {}",
                                    retry.failure().getMessage()))
                            .onRetryExhaustedThrow((spec, retry) -> retry.failure()))
                    .block(PATIENCE.multipliedBy(3));
        } catch (VaultException e) {
            throw new SettingException(
                    "VAULT_ADDR", "names a key service that does not serve us: " + e.getMessage(), e);
        }
    }
}
