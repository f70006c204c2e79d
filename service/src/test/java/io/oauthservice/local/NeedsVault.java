package io.oauthservice.local;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Runs if a key service is installed; otherwise it is reported as skipped. */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "io.oauthservice.local.LocalVault#isThere",
        disabledReason = "no server of OpenBao or HashiCorp Vault: set VAULT_BINARY, see .ci/vault-server")
public @interface NeedsVault {}
