package io.oauthservice.startup;

import org.jspecify.annotations.Nullable;

/** A setting with which the service cannot start. Reported in one line, without a stack trace. */
public class SettingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param setting the environment variable's name */
    public SettingException(String setting, String problem) {
        this(setting, problem, null);
    }

    public SettingException(String setting, String problem, @Nullable Throwable cause) {
        super(setting + " " + problem, cause);
    }
}
