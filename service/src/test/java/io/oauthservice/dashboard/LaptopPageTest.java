package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.local.ServiceTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

@ServiceTest
class LaptopPageTest {

    @Test
    void inLocalModeTheKeyIsPrefilled(@Value("${OAUTH_CALLBACK_BASE}") String base) {
        var key = new Browser().open(base + "/").document().select("input#key");

        assertThat(key.attr("value")).isEqualTo(LocalProperties.API_KEY);
        assertThat(key.attr("type")).isEqualTo("password");
    }
}
