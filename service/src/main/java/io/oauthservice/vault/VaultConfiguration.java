package io.oauthservice.vault;

import io.oauthservice.startup.SettingException;
import io.oauthservice.vault.VaultProperties.Kind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.r2dbc.core.DatabaseClient;

/** Creates the vaults before the first request: a wrong key stops the start. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({VaultProperties.class, TransitProperties.class})
class VaultConfiguration {

    private static final Logger log = LoggerFactory.getLogger(VaultConfiguration.class);
    private static final String KEYSET_PATH = "OAUTH_KEYSET_PATH";
    private static final String TRANSIT_KEY = "VAULT_TRANSIT_KEY";

    @Bean
    @DependsOnDatabaseInitialization
    Vaults vaults(
            VaultProperties properties,
            TransitProperties transit,
            ObjectProvider<TransitCalls> calls,
            DatabaseClient database,
            Environment environment) {
        Kind writes = properties.writes(transit);
        rejectKeysetInProduction(properties, writes, environment);
        VaultCanary canary = new VaultCanary(database);
        KeyedVault keyset = keyset(properties, writes, canary);
        KeyedVault engine = engine(transit, writes, calls.getIfAvailable(), canary);
        List<KeyedVault> readers =
                Stream.of(keyset, engine).filter(Objects::nonNull).toList();
        KeyedVault writer = writes == Kind.TRANSIT ? readers.getLast() : readers.getFirst();
        return new Vaults(writer, readers, canary);
    }

    private static void rejectKeysetInProduction(VaultProperties properties, Kind writes, Environment environment) {
        boolean production = environment.acceptsProfiles(Profiles.of("production"));
        if (production && writes == Kind.KEYSET && !properties.allowLocalKeysetInProduction()) {
            throw new SettingException(
                    "oauth.vault.allow-local-keyset-in-production",
                    "must be true for the profile production to encrypt with a local keyset; or set VAULT_ADDR");
        }
    }

    /** Null where another vault encrypts and the database holds no ciphertext of the keyset. */
    private static @Nullable KeyedVault keyset(VaultProperties properties, Kind writes, VaultCanary canary) {
        KeysetFile file = new KeysetFile(properties.keysetPath());
        if (!file.exists()) {
            if (canary.exists(KeysetVault.NAME)) {
                throw new SettingException(
                        KEYSET_PATH,
                        "names no file, but the database was encrypted with a keyset: copy the keyset to "
                                + properties.keysetPath());
            }
            if (writes == Kind.TRANSIT) {
                return null;
            }
            file.create();
            log.warn("Local keyset created, back it up: path={}", properties.keysetPath());
        }
        KeyedVault vault = new KeysetVault(file.read());
        canary.verify(vault, writes == Kind.KEYSET, KEYSET_PATH);
        return vault;
    }

    private static @Nullable KeyedVault engine(
            TransitProperties settings, Kind writes, @Nullable TransitCalls calls, VaultCanary canary) {
        if (calls == null) {
            if (writes == Kind.TRANSIT || canary.exists(TransitVault.NAME)) {
                throw new SettingException(
                        "VAULT_ADDR",
                        writes == Kind.TRANSIT
                                ? "is missing, and OAUTH_VAULT_WRITES is transit"
                                : "is missing, but the database was encrypted with a key service");
            }
            return null;
        }
        TransitVault vault = new TransitVault(calls, settings.key());
        VaultStart.await(vault.requireDerived());
        canary.verify(vault, writes == Kind.TRANSIT, TRANSIT_KEY);
        return vault;
    }
}
