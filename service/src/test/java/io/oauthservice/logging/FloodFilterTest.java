package io.oauthservice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloodFilterTest {

    private final AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
    private final FloodFilter filter = new FloodFilter(now::get);
    private final LoggerContext context = new LoggerContext();

    private FilterReply log(String logger, String format) {
        Logger to = context.getLogger(logger);
        to.setLevel(Level.INFO);
        return filter.decide(null, to, Level.WARN, format, null, null);
    }

    @Test
    void oneRecordOfAKindPassesInASecond() {
        assertThat(log("io.oauthservice.access.JwtCallers", "Refused: {}")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(log("io.oauthservice.access.JwtCallers", "Refused: {}")).isEqualTo(FilterReply.DENY);
        assertThat(log("io.oauthservice.access.JwtCallers", "Something else")).isEqualTo(FilterReply.NEUTRAL);

        now.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(log("io.oauthservice.access.JwtCallers", "Refused: {}")).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void messagesOfALibraryAreOneKind() {
        assertThat(log("reactor.netty.http.server.X", "failed at /a")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(log("reactor.netty.http.server.X", "failed at /b")).isEqualTo(FilterReply.DENY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access.JwtCallers", "install.CallbackController", "install.InstallStart"})
    void whatABrowserCanCauseIsLimited(String logger) {
        assertThat(log("io.oauthservice." + logger, "Failed: {}")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(log("io.oauthservice." + logger, "Failed: {}")).isEqualTo(FilterReply.DENY);
    }

    /** A class that no longer logs, or was renamed, must not be listed in place of the one that does. */
    @ParameterizedTest
    @MethodSource("ownLoggers")
    void theListedClassesLog(String logger) throws ReflectiveOperationException {
        assertThat(Class.forName(logger).getDeclaredFields())
                .extracting(Field::getType)
                .contains(org.slf4j.Logger.class);
    }

    static Stream<String> ownLoggers() {
        return FloodFilter.LIMITED.stream().filter(name -> name.startsWith("io.oauthservice."));
    }

    @Test
    void permittedRecordsAreNotLimited() {
        assertThat(log("io.oauthservice.install.InstallFlow", "Connected: {}")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(log("io.oauthservice.install.InstallFlow", "Connected: {}")).isEqualTo(FilterReply.NEUTRAL);
    }
}
