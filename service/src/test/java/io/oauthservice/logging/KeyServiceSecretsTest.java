package io.oauthservice.logging;

import io.oauthservice.local.KeyService;
import io.oauthservice.local.NeedsVault;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The same flows with a key service, its logins included. */
@NeedsVault
class KeyServiceSecretsTest extends SecretsTest {

    private static final class Keys {
        static final KeyService SERVICE = KeyService.start();
    }

    @DynamicPropertySource
    static void keyService(DynamicPropertyRegistry properties) {
        Keys.SERVICE.register(properties);
    }
}
