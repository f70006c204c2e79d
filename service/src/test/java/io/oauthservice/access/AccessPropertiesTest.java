package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.access.AccessProperties.Client;
import io.oauthservice.startup.SettingException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPropertiesTest {

    private static final String HASH = "0123456789abcdefABCDEF".repeat(3).substring(0, 64);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "tokens:read",
                "tokens:read:github",
                "installations:read",
                "installations:write",
                "operations:rewrap"
            })
    void knownPermissionsAreTaken(String permission) {
        Client client = client(HASH, permission);

        assertThat(new AccessProperties(Map.of("bot", client)).clients()).containsKey("bot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "tokens", "tokens:write", "token:read", "installations", "installations:read:github", "**"})
    void unknownPermissionsAreRefusedByName(String permission) {
        assertThatThrownBy(() -> new AccessProperties(Map.of("bot", client(HASH, permission))))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.access.clients.bot.permissions holds an unknown permission: " + permission);
    }

    @Test
    void aKeyIsToldByItsWholeHash() {
        String[] hashes = {null, "", HASH.substring(1), HASH + "0", "g" + HASH.substring(1)};
        for (String hash : hashes) {
            assertThatThrownBy(() -> new AccessProperties(Map.of("bot", client(hash, "tokens:read"))))
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith("oauth.access.clients.bot.key-sha256");
        }
    }

    @Test
    void whoSendsNothingComesFromListedNetworks() {
        assertThatThrownBy(() -> new AccessProperties(Map.of("anonymous", client(null, "tokens:read"))))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.clients.anonymous.networks");
        assertThat(new AccessProperties(Map.of("anonymous", anonymous("tokens:read", "installations:read"))).clients())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "installations:write", "operations", "operations:rewrap", "operations:any"})
    void whoSendsNothingChangesNothing(String permission) {
        assertThatThrownBy(() -> new AccessProperties(Map.of("anonymous", anonymous("installations:read", permission))))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.clients.anonymous.permissions");
    }

    @Test
    void whatIsNoNetworkIsRefused() {
        Client client = new Client(null, List.of("tokens:read"), List.of(), false, List.of("everywhere"));

        assertThatThrownBy(() -> new Callers(new AccessProperties(Map.of("anonymous", client))))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.access.clients.anonymous.networks holds what is no CIDR block: everywhere");
    }

    @Test
    void aClientPrintsWithoutItsHash() {
        assertThat(client(HASH, "tokens:read")).asString().doesNotContain(HASH);
    }

    private static Client client(@Nullable String hash, String permission) {
        return new Client(hash, List.of(permission), List.of(), false, List.of());
    }

    private static Client anonymous(String... permissions) {
        return new Client(null, List.of(permissions), List.of(), false, List.of("10.0.0.0/8"));
    }
}
