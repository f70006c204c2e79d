package io.oauthservice.vault;

import io.oauthservice.startup.SettingException;
import io.oauthservice.startup.StartWait;

/** Before the first use of the transit engine: waits for one that is not there yet, and refuses a key that binds nothing. */
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
                    "VAULT_ADDR", "names a key service that does not serve us: " + e.getMessage(), e);
        }
    }
}
