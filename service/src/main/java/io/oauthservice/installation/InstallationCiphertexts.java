package io.oauthservice.installation;

import io.oauthservice.vault.EncryptedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where this package's tables hold ciphertexts. Those of ended grants stay bound to the installation's row. */
@Configuration(proxyBeanMethods = false)
class InstallationCiphertexts {

    private static final String INSTALLATIONS = "oauth_installations";
    private static final String REVOCATIONS = "oauth_revocations";
    private static final String ACCESS = "access_token_encrypted";
    private static final String REFRESH = "refresh_token_encrypted";

    @Bean
    EncryptedColumn accessTokens() {
        return new EncryptedColumn(INSTALLATIONS, "id", ACCESS, INSTALLATIONS);
    }

    @Bean
    EncryptedColumn refreshTokens() {
        return new EncryptedColumn(INSTALLATIONS, "id", REFRESH, INSTALLATIONS);
    }

    @Bean
    EncryptedColumn accessTokensToRevoke() {
        return new EncryptedColumn(REVOCATIONS, "installation_id", ACCESS, INSTALLATIONS);
    }

    @Bean
    EncryptedColumn refreshTokensToRevoke() {
        return new EncryptedColumn(REVOCATIONS, "installation_id", REFRESH, INSTALLATIONS);
    }
}
