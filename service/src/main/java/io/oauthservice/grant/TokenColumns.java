package io.oauthservice.grant;

import io.oauthservice.vault.EncryptedColumn;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The columns that hold encrypted tokens. A pending revocation's ciphertexts stay bound to the installation's row. */
@Configuration(proxyBeanMethods = false)
class TokenColumns {

    static final EncryptedColumn ACCESS = ofInstallation("access_token_encrypted");
    static final EncryptedColumn REFRESH = ofInstallation("refresh_token_encrypted");

    private static EncryptedColumn ofInstallation(String column) {
        return new EncryptedColumn("oauth_installations", "id", column, "oauth_installations");
    }

    private static EncryptedColumn ofPendingRevocation(EncryptedColumn origin) {
        return new EncryptedColumn("oauth_revocations", "installation_id", origin.column(), origin.table());
    }

    @Bean
    EncryptedColumn accessTokens() {
        return ACCESS;
    }

    @Bean
    EncryptedColumn refreshTokens() {
        return REFRESH;
    }

    @Bean
    EncryptedColumn accessTokensToRevoke() {
        return ofPendingRevocation(ACCESS);
    }

    @Bean
    EncryptedColumn refreshTokensToRevoke() {
        return ofPendingRevocation(REFRESH);
    }
}
