package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A consumer gets the events and nothing that its own framework would quarrel with. */
class ClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.core.SpringVersion",
                "org.apache.kafka.common.TopicPartition",
                "io.cloudevents.CloudEvent"
            })
    void nothingOfHowTheEventsTravelIsThere(String className) {
        assertThatThrownBy(() -> Class.forName(className)).isInstanceOf(ClassNotFoundException.class);
    }
}
