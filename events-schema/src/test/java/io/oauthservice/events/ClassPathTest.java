package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The module has no dependency that could conflict with a consumer's framework. */
class ClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.core.SpringVersion",
                "org.apache.kafka.common.TopicPartition",
                "io.cloudevents.CloudEvent"
            })
    void noTransportLibraryIsOnTheClassPath(String className) {
        assertThatThrownBy(() -> Class.forName(className)).isInstanceOf(ClassNotFoundException.class);
    }
}
