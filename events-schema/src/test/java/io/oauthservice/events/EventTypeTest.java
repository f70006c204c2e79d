package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventTypeTest {

    @Test
    void everyEventHasAType() {
        assertThat(Arrays.stream(EventType.values()).<Class<?>>map(EventType::eventClass))
                .containsExactlyInAnyOrder(InstallationEvent.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void anEventNamesItsType(InstallationEvent event) {
        assertThat(EventType.of(event.type()).map(EventType::eventClass)).hasValue(event.getClass());
    }

    @ParameterizedTest
    @EnumSource
    void aTypeAndItsSchemaHaveTheSameNameAndVersion(EventType type) {
        String expected = type.ceType().replace("io.oauthservice.", "").replaceFirst("\\.", "-") + ".json";

        assertThat(Schemas.fileName(type)).isEqualTo(expected);
        assertThat(EventType.schemaOf(type.ceType())).hasValue(type.schema());
    }

    @Test
    void aFutureTypeIsUnknown() {
        assertThat(EventType.of("io.oauthservice.installation.created.v99")).isEmpty();
        assertThat(EventType.schemaOf("io.oauthservice.installation.created.v99"))
                .isEmpty();
    }
}
