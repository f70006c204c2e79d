package io.oauthservice.startup;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A setting that the service cannot start with. It is reported in one line, without a stack trace. */
public class SettingException extends RuntimeException {

    /** @param setting name of the environment variable or the property */
    public SettingException(String setting, String problem) {
        this(setting, problem, null);
    }

    public SettingException(String setting, String problem, @Nullable Throwable cause) {
        super(setting + " " + problem, cause);
    }

    /**
     * Rejects a setting for which a condition does not hold.
     *
     * @throws SettingException naming it
     */
    public static void require(boolean holds, String setting, String problem) {
        if (!holds) {
            throw new SettingException(setting, problem);
        }
    }

    /**
     * Rejects a duration that is not shorter than a limit, which is another setting.
     *
     * @throws SettingException naming both
     */
    public static void requireShorter(String setting, Duration duration, String limitSetting, Duration limit) {
        require(
                duration.compareTo(limit) < 0,
                setting,
                "is " + duration + " and must be shorter than " + limitSetting + ", which is " + limit);
    }
}
