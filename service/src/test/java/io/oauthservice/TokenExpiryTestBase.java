package io.oauthservice;

import io.oauthservice.Service.Answer;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Base class for tests of expiring tokens, with short intervals: scheduled refresh and checks run several times a
 * second, a second rejection is a burst. Users' own grants at GitHub are enabled.
 */
@ServiceTest(
        properties = {
            "oauth.tokens.cache-size=0",
            "oauth.refresh.rejections.burst=1",
            "oauth.refresh.rejections.check-every=300ms",
            "oauth.refresh.sweep.every=300ms",
            "oauth.tokens.failure-reports=60",
            "oauth.reconnect.look-every=300ms",
            "oauth.reconcile.look-every=300ms",
            "oauth.reconcile.pace=10ms",
            "oauth.provider-guard.time-limit=4s",
            "oauth.provider-guard.window=1000",
            "oauth.provider-guard.credentials-check-every=300ms",
            "oauth.revocations.look-every=200ms",
            "oauth.providers.github.user-grants=true",
            // The key is reporter-key.
            "oauth.access.clients.reporter.key-sha256=213cb06d8f220063b764fcaca05ae99c256aa72396e6295c9fbd2717ed2c6fb8",
            "oauth.access.clients.reporter.permissions=tokens:read",
            "oauth.access.clients.reporter.organisations=T0ACME"
        })
@ExtendWith(ResetExtension.class)
public abstract class TokenExpiryTestBase {

    protected static final String ACME_SITE = Sites.ACME;

    @Autowired
    protected Sandbox sandbox;

    @Value("${OAUTH_CALLBACK_BASE}")
    protected String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    protected String kafka;

    @Autowired
    private DatabaseClient database;

    @Autowired
    protected WebTestClient http;

    protected Service service;
    protected Rows rows;
    protected GitHubControl gitHub;
    protected AtlassianControl atlassian;
    protected SlackControl slack;

    @BeforeEach
    void setUpProviders() {
        service = new Service(http);
        rows = new Rows(database);
        gitHub = new GitHubControl(sandbox);
        atlassian = new AtlassianControl(sandbox);
        slack = new SlackControl(sandbox);
    }

    /** Connects the organisation in a browser. Returns the id of its default grant. */
    protected String connect(String platform, String organisation) {
        new Browser().connect(base, platform, organisation);
        return token(platform, organisation).text("installation_id");
    }

    protected Answer token(String platform, String organisation) {
        return service.get("/oauth/token/" + platform + "?org_id=" + organisation);
    }

    /** Makes the scheduled refresh due. */
    protected void due(String id) {
        rows.change(
                "UPDATE oauth_installations SET refresh_due_at = clock_timestamp() WHERE id = :id::uuid",
                Map.of("id", id));
    }

    protected void expire(String id) {
        rows.leaveTokenOnly(id, Duration.ofMinutes(-1));
    }
}
