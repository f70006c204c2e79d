package io.oauthservice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.LogCapture;
import io.oauthservice.SandboxControl;
import io.oauthservice.TokenLife;
import io.oauthservice.local.LocalProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** No secret is logged at any level. */
class SecretsInLogsTest extends TokenLife {

    private static final Pattern SECRET_PARAMETER = Pattern.compile("[?&](?:code|state)=([^&]+)");
    private static final Pattern TOKEN = Pattern.compile("gh[sour]_\\w{10,}|xox[a-z][.-][\\w-]{10,}|eyJ[\\w-]{20,}");

    @Autowired
    private Environment environment;

    @Test
    void aFlowAndARefreshOfEachPlatformAtTraceLogNoSecret() {
        List<String> secrets = new ArrayList<>(List.of(LocalProperties.API_KEY));
        for (String name : List.of(
                "GITHUB_CLIENT_SECRET",
                "JIRA_CLIENT_SECRET",
                "SLACK_CLIENT_SECRET",
                "SLACK_SIGNING_SECRET",
                "POSTGRES_PASSWORD")) {
            secrets.add(environment.getRequiredProperty(name));
        }

        try (LogCapture log = LogCapture.ofEverything()) {
            secrets.addAll(tokensOf(gitHub, "github", "9001"));
            secrets.addAll(tokensOf(atlassian, "jira", ACME_SITE));
            secrets.addAll(tokensOf(slack, "slack", "T0ACME"));
            LoggerFactory.getLogger("io.oauthservice.test").trace("still heard");

            assertThat(log.text()).contains("still heard").doesNotContain(secrets);
            assertThat(TOKEN.matcher(log.text()).results().map(hit -> hit.group()))
                    .isEmpty();
        }
    }

    /** Connects and refreshes, and returns every secret that the sandbox has seen. */
    private List<String> tokensOf(SandboxControl provider, String platform, String organisation) {
        provider.reset();
        List<String> secrets = new ArrayList<>();
        Page consent = new Browser().open(base + "/oauth/install/" + platform).choose(organisation);
        Page next = consent.pressWithoutFollowing("approve");
        Page approved = next.status() == 200 ? next.pressWithoutFollowing("approve") : next;
        Matcher parameters = SECRET_PARAMETER.matcher(approved.location());
        while (parameters.find()) {
            secrets.add(parameters.group(1));
        }
        assertThat(secrets).hasSize(2);
        assertThat(approved.follow().heading()).isEqualTo("Connected");
        secrets.add(token(platform, organisation).text("access_token"));
        expire(token(platform, organisation).text("installation_id"));
        secrets.add(token(platform, organisation).text("access_token"));
        assertThat(secrets.getLast()).isNotEqualTo(secrets.get(2)).isNotEqualTo("null");
        return secrets;
    }
}
