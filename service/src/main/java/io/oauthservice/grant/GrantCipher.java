package io.oauthservice.grant;

import static io.oauthservice.grant.TokenColumns.ACCESS;
import static io.oauthservice.grant.TokenColumns.REFRESH;

import io.oauthservice.core.Secret;
import io.oauthservice.installation.EncryptedTokens;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.vault.TokenVault;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Plaintext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Encrypts and decrypts an installation's tokens. Each ciphertext is bound to its column of the installation's row. */
@Component
public class GrantCipher {

    private final TokenVault vault;
    private final FreshnessProperties properties;

    GrantCipher(TokenVault vault, FreshnessProperties properties) {
        this.vault = vault;
        this.properties = properties;
    }

    /** Encrypts for the row with this id only, and computes the time of the scheduled refresh. */
    public Mono<EncryptedTokens> encrypt(InstallationId id, OAuthTokens tokens, RefreshRules rules) {
        List<Plaintext> plaintexts = new ArrayList<>();
        plaintexts.add(new Plaintext(tokens.accessToken(), ACCESS.place(id.toString())));
        Secret refresh = tokens.refreshToken();
        if (refresh != null) {
            plaintexts.add(new Plaintext(refresh, REFRESH.place(id.toString())));
        }
        return vault.encrypt(plaintexts)
                .map(texts -> new EncryptedTokens(
                        tokens,
                        texts.getFirst(),
                        refresh == null ? null : texts.getLast(),
                        properties.refreshAt(tokens, rules)));
    }

    /** Fails if encryption is not possible now. */
    public Mono<String> checkEncryption() {
        return vault.encrypt(Secret.of("check"), ACCESS.place("check"));
    }

    /** Decrypts the access token alone, for a caller. */
    public Mono<Secret> decryptAccessToken(InstallationId id, String ciphertext) {
        return vault.decrypt(ciphertext, ACCESS.place(id.toString()));
    }

    /** Decrypts the grant, for a call to its provider. */
    public Mono<Grant> decrypt(
            Installation installation, @Nullable String accessCiphertext, @Nullable String refreshCiphertext) {
        return decrypt(installation.id(), installation.grantWithoutTokens(), accessCiphertext, refreshCiphertext);
    }

    /** Adds the tokens to a grant whose ciphertexts are bound to the row with this id. */
    public Mono<Grant> decrypt(
            InstallationId row, Grant grant, @Nullable String accessCiphertext, @Nullable String refreshCiphertext) {
        String id = row.toString();
        List<Ciphertext> ciphertexts = new ArrayList<>();
        if (accessCiphertext != null) {
            ciphertexts.add(new Ciphertext(accessCiphertext, ACCESS.place(id)));
        }
        if (refreshCiphertext != null) {
            ciphertexts.add(new Ciphertext(refreshCiphertext, REFRESH.place(id)));
        }
        if (ciphertexts.isEmpty()) {
            return Mono.just(grant);
        }
        return vault.decrypt(ciphertexts)
                .map(secrets -> grant.withTokens(
                        accessCiphertext == null ? null : secrets.getFirst(),
                        refreshCiphertext == null ? null : secrets.getLast()));
    }
}
