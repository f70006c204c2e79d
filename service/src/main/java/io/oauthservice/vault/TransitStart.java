package io.oauthservice.vault;

import io.oauthservice.startup.SettingException;
import io.oauthservice.startup.StartWait;

/** Checks the transit engine at start: waits until it is reachable and rejects a key that is not derived. */
final class TransitStart {

    private TransitStart() {}

    static void await(TransitVault vault) {
        try {
            StartWait.until(
                    "the key service",
                    () -> vault.requireDerived().blockOptional(),
                    VaultException.Outage.class::isInstance);
        } catch (VaultException e) {
            throw new SettingException(
                    "VAULT_ADDR",
                    "names a key service that rejects the requests of this service: " + e.getMessage(),
                    e);
        }
    }
}
