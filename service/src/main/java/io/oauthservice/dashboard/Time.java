package io.oauthservice.dashboard;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A time for machines and for people. */
record Time(String iso, String day, String timeOfDay) {

    private static final DateTimeFormatter DAY = format("d MMM uuuu");
    private static final DateTimeFormatter TIME_OF_DAY = format("HH:mm 'UTC'");
    private static final DateTimeFormatter HOUR = format("HH:00");

    /** The end of an hour: midnight is the end of the same day. */
    private static final DateTimeFormatter HOUR_END = format("kk:00 'UTC'");

    private static DateTimeFormatter format(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    static @Nullable Time of(@Nullable Instant instant) {
        return instant == null ? null : ofKnown(instant);
    }

    static Time ofKnown(Instant instant) {
        return new Time(
                instant.truncatedTo(ChronoUnit.SECONDS).toString(), DAY.format(instant), TIME_OF_DAY.format(instant));
    }

    /** The hour that begins at the instant. */
    static Time ofHour(Instant start) {
        String hour = HOUR.format(start) + "–" + HOUR_END.format(start.plus(1, ChronoUnit.HOURS));
        return new Time(start.toString(), DAY.format(start), hour);
    }

    /** When an installation was used last: where only the hour is known, the instant is its start. */
    static @Nullable Time ofUse(@Nullable Instant instant) {
        return instant != null && instant.equals(instant.truncatedTo(ChronoUnit.HOURS)) ? ofHour(instant) : of(instant);
    }

    String text() {
        return day + ", " + timeOfDay;
    }
}
