package io.oauthservice.installation;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.events.InstallationUpdated;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class InstallationEventsTest {

    private final JsonMapper json = new JsonMapper();

    @ParameterizedTest
    @EnumSource
    void eventsNameAStatusAsResponsesDo(InstallationStatus status) {
        InstallationUpdated.Status published = InstallationUpdated.Status.valueOf(status.name());

        assertThat(json.writeValueAsString(published)).isEqualTo(json.writeValueAsString(status));
    }

    @Test
    void eventsNameNoOtherStatus() {
        assertThat(Arrays.stream(InstallationUpdated.Status.values()).map(Enum::name))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(InstallationStatus.values())
                        .map(Enum::name)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void theCauseOfAReconnectIsTheStoredStatusReason(InstallationReconnectRequired.Cause cause) {
        String reason = cause.name().toLowerCase(Locale.ROOT);

        assertThat(json.writeValueAsString(cause)).isEqualTo('"' + reason + '"');
    }
}
