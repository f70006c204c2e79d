package io.oauthservice.vault;

import io.oauthservice.startup.DatabaseFailures;
import io.oauthservice.startup.SettingException;
import io.oauthservice.startup.StartWait;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Waits at start for the database and the key service. */
final class VaultStart {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private VaultStart() {}

    /** The result; fails with a {@link SettingException} unless a later attempt may succeed. */
    static <T> Optional<T> await(Mono<T> attempt) {
        try {
            return StartWait.until(
                    "PostgreSQL or the key service",
                    () -> attempt.timeout(LIMIT).blockOptional(),
                    VaultStart::isTemporary);
        } catch (VaultException e) {
            throw new SettingException(
                    "VAULT_ADDR",
                    "names a key service that rejects the requests of this service: " + e.getMessage(),
                    e);
        } catch (SettingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw DatabaseFailures.asSetting(e);
        }
    }

    private static boolean isTemporary(Throwable failure) {
        return failure instanceof VaultException.Outage || DatabaseFailures.isTransient(failure);
    }
}
