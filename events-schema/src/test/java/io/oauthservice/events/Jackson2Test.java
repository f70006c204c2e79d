package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** A consumer with Jackson 2 reads the same events. */
class Jackson2Test {

    private static final JsonMapper JACKSON_3 = new JsonMapper();
    private static final ObjectMapper JACKSON_2 = new ObjectMapper().registerModule(new JavaTimeModule());

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void jackson2ReadsWhatJackson3Wrote(InstallationEvent event) throws JsonProcessingException {
        String json = JACKSON_3.writeValueAsString(event);

        assertThat(JACKSON_2.readValue(json, event.getClass())).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void jackson2WritesTheSame(InstallationEvent event) throws JsonProcessingException {
        String json = JACKSON_2.writeValueAsString(event);

        assertThat(JACKSON_3.readTree(json)).isEqualTo(JACKSON_3.readTree(JACKSON_3.writeValueAsString(event)));
    }
}
