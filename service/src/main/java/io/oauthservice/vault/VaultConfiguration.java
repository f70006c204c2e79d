package io.oauthservice.vault;

import io.oauthservice.startup.SettingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.r2dbc.core.DatabaseClient;

/** Opens the vault before anything is served: a wrong key stops the start, not the first caller. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(VaultProperties.class)
class VaultConfiguration {

    private static final Logger log = LoggerFactory.getLogger(VaultConfiguration.class);
    private static final String SETTING = "OAUTH_KEYSET_PATH";

    @Bean
    @DependsOnDatabaseInitialization
    TokenVault tokenVault(VaultProperties properties, DatabaseClient database, Environment environment) {
        boolean production = environment.acceptsProfiles(Profiles.of("production"));
        if (production && !properties.allowLocalKeysetInProduction()) {
            throw new SettingException(
                    "oauth.vault.allow-local-keyset-in-production",
                    "must be true for the profile production to encrypt with a local keyset");
        }
        KeysetFile file = new KeysetFile(properties.keysetPath());
        VaultCanary canary = new VaultCanary(database, "keyset");
        if (!file.exists()) {
            make(file, canary, properties);
        }
        TokenVault vault = new KeysetVault(file.read());
        canary.check(vault, SETTING);
        return vault;
    }

    private static void make(KeysetFile file, VaultCanary canary, VaultProperties properties) {
        if (canary.guardsSomething(KeysetVault.PREFIX)) {
            throw new SettingException(
                    SETTING,
                    "names no file, but the database was written with a keyset: bring it to "
                            + properties.keysetPath());
        }
        file.create();
        log.warn(
                "Made a local keyset at {}: without this file no stored token can be read; back it up",
                properties.keysetPath());
    }
}
