package io.oauthservice.grant;

import io.oauthservice.core.Secret;
import io.oauthservice.installation.EncryptedTokens;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.vault.TokenVault;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
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

    private static final String TABLE = "oauth_installations";
    private static final String ACCESS = "access_token_encrypted";
    private static final String REFRESH = "refresh_token_encrypted";

    private final TokenVault vault;
    private final Freshness freshness;

    GrantCipher(TokenVault vault, Freshness freshness) {
        this.vault = vault;
        this.freshness = freshness;
    }

    /** Encrypts for the row with this id; the result is of use in no other. */
    public Mono<EncryptedTokens> seal(InstallationId id, OAuthTokens tokens, RefreshRules rules) {
        List<Plaintext> plaintexts = new ArrayList<>();
        plaintexts.add(new Plaintext(tokens.accessToken(), place(id, ACCESS)));
        Secret refresh = tokens.refreshToken();
        if (refresh != null) {
            plaintexts.add(new Plaintext(refresh, place(id, REFRESH)));
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
        return vault.encrypt(Secret.of("check"), new Place(TABLE, "check", ACCESS));
    }

    /** The access token alone: what a caller gets. */
    public Mono<Secret> accessToken(InstallationId id, String ciphertext) {
        return vault.decrypt(ciphertext, place(id, ACCESS));
    }

    /** The grant as its provider knows it, for a refresh or a revocation. */
    public Mono<Grant> open(
            Installation installation, @Nullable String accessCiphertext, @Nullable String refreshCiphertext) {
        List<Ciphertext> ciphertexts = new ArrayList<>();
        if (accessCiphertext != null) {
            ciphertexts.add(new Ciphertext(accessCiphertext, place(installation.id(), ACCESS)));
        }
        if (refreshCiphertext != null) {
            ciphertexts.add(new Ciphertext(refreshCiphertext, place(installation.id(), REFRESH)));
        }
        return vault.decrypt(ciphertexts)
                .map(secrets -> installation.grant(
                        accessCiphertext == null ? null : secrets.getFirst(),
                        refreshCiphertext == null ? null : secrets.getLast()));
    }

    private static Place place(InstallationId id, String column) {
        return new Place(TABLE, id.toString(), column);
    }
}
