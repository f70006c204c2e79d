package io.oauthservice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/** The log pattern of the console in {@code application.yml}. */
class LogPatternTest {

    private static final String FORGED = "2026-01-01T00:00:00.000Z ERROR [main] x : forged";

    private final LoggerContext context = new LoggerContext();

    private List<String> lines(String message, @Nullable Throwable error) throws IOException {
        Logger logger = context.getLogger("io.oauthservice.X");
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern());
        layout.start();
        String text = layout.doLayout(new LoggingEvent("", logger, Level.WARN, message, error, new Object[0]));
        assertThat(text).endsWith("\n");
        return text.lines().toList();
    }

    private static String pattern() throws IOException {
        return String.valueOf(new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yml"))
                .getFirst()
                .getProperty("logging.pattern.console"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029", "\u001b[2J"})
    void textFromOutsideStartsNoLogLine(String control) throws IOException {
        assertThat(lines("Connected: name=Acme" + control + FORGED, null))
                .singleElement()
                .asString()
                .startsWith("20")
                .doesNotContain(control)
                .contains("Acme", FORGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\u2028"})
    void anExceptionMessageStartsNoLogLine(String control) throws IOException {
        Exception inner = new IllegalStateException("Acme" + control + FORGED);

        List<String> lines = lines("Failed", new IllegalArgumentException("outer" + control + FORGED, inner));

        assertThat(lines).noneMatch(line -> line.startsWith(FORGED));
        assertThat(lines).anyMatch(line -> line.startsWith("\tat " + LogPatternTest.class.getName()));
        assertThat(lines).anyMatch(line -> line.startsWith("Caused by: java.lang.IllegalStateException: Acme | "));
    }

    @Test
    void aRecordIsOneLine() throws IOException {
        assertThat(lines("Refreshed: platform=github", null))
                .singleElement()
                .asString()
                .matches("\\S+ +WARN \\[ *main] io\\.oauthservice\\.X +: Refreshed: platform=github");
    }
}
