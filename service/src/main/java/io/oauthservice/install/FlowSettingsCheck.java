package io.oauthservice.install;

import io.oauthservice.installation.RefusedGrants;
import io.oauthservice.link.InstallLinks;
import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Rejects a time limit with which the calls of a flow would outlast what excludes other flows meanwhile. */
@Component
class FlowSettingsCheck {

    private static final String TIME_LIMIT = "oauth.provider-guard.time-limit";

    /** The code exchange, and reading the grant. */
    private static final int CALLS = 2 + NewGrants.INFO_RETRIES;

    FlowSettingsCheck(@Value("${" + TIME_LIMIT + "}") Duration timeLimit) {
        SettingException.requireShorter(
                CALLS + " times " + TIME_LIMIT,
                timeLimit.multipliedBy(CALLS),
                "the claim of an install link",
                InstallLinks.CLAIMED_FOR);
        SettingException.requireShorter(
                TIME_LIMIT, timeLimit, "the refusal of a grant that is revoked", RefusedGrants.LONGEST);
    }
}
