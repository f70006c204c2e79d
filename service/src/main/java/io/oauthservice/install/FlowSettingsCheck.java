package io.oauthservice.install;

import io.oauthservice.link.InstallLinks;
import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Rejects a time limit with which the calls of a flow could outlast its claim of an install link. */
@Component
class FlowSettingsCheck {

    private static final String TIME_LIMIT = "oauth.provider-guard.time-limit";

    /** A person's grant beside an app's own, as at Slack. */
    private static final int GRANTS = 2;

    /** The code exchange, and reading each grant. */
    private static final int CALLS = 1 + GRANTS * (1 + NewGrants.INFO_RETRIES);

    FlowSettingsCheck(@Value("${" + TIME_LIMIT + "}") Duration timeLimit) {
        SettingException.requireShorter(
                CALLS + " times " + TIME_LIMIT,
                timeLimit.multipliedBy(CALLS),
                "the claim of an install link",
                InstallLinks.CLAIMED_FOR);
    }
}
