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

/**
 * Seals and opens an installation's tokens, each bound to its own column of the installation's row. Sealed tokens are
 * complete: they know when they are to be renewed.
 */
@Component
public class GrantCipher {

    private final TokenVault vault;
    private final Freshness freshness;

    GrantCipher(TokenVault vault, Freshness freshness) {
        this.vault = vault;
        this.freshness = freshness;
    }

    /** Encrypts for the row with this id; the result is of use in no other. */
    public Mono<EncryptedTokens> seal(InstallationId id, OAuthTokens tokens, RefreshRules rules) {
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
                        freshness.renewAt(tokens, rules)));
    }

    /** Fails where nothing could be encrypted now. */
    public Mono<String> check() {
        return vault.encrypt(Secret.of("check"), ACCESS.place("check"));
    }

    /** The access token alone: what a caller gets. */
    public Mono<Secret> accessToken(InstallationId id, String ciphertext) {
        return vault.decrypt(ciphertext, ACCESS.place(id.toString()));
    }

    /** The grant as its provider knows it, for a refresh or a revocation. */
    public Mono<Grant> open(
            Installation installation, @Nullable String accessCiphertext, @Nullable String refreshCiphertext) {
        String id = installation.id().toString();
        List<Ciphertext> ciphertexts = new ArrayList<>();
        if (accessCiphertext != null) {
            ciphertexts.add(new Ciphertext(accessCiphertext, ACCESS.place(id)));
        }
        if (refreshCiphertext != null) {
            ciphertexts.add(new Ciphertext(refreshCiphertext, REFRESH.place(id)));
        }
        return vault.decrypt(ciphertexts)
                .map(secrets -> installation.grant(
                        accessCiphertext == null ? null : secrets.getFirst(),
                        refreshCiphertext == null ? null : secrets.getLast()));
    }
}
