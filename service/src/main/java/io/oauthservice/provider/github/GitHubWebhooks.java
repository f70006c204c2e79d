package io.oauthservice.provider.github;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.Webhook;
import io.oauthservice.provider.Webhook.Delivery;
import io.oauthservice.provider.Webhook.Grants;
import io.oauthservice.provider.Webhook.Ignored;
import io.oauthservice.provider.Webhook.Report;
import io.oauthservice.provider.WebhookSecrets;
import io.oauthservice.provider.WebhookSignature;
import io.oauthservice.provider.WebhookSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * GitHub's webhooks: an HMAC over the body alone, without a timestamp.
 *
 * @see <a href="https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries">Validating webhook
 *     deliveries</a>
 */
final class GitHubWebhooks implements WebhookSource {

    /** GitHub sends nothing larger: https://docs.github.com/webhooks/webhook-events-and-payloads. */
    private static final int MAX_BODY_SIZE = 25 * 1024 * 1024;

    private static final Pattern SIGNATURE = Pattern.compile("sha256=([0-9a-f]{64})");
    private static final Pattern DELIVERY_ID = Pattern.compile("[0-9A-Za-z-]{1,64}");

    private static final Pattern ID = Pattern.compile("[0-9]{1,20}");
    private static final String AUTHORIZATION = "github_app_authorization";

    /** Its installation has only an id and no App: https://docs.github.com/webhooks/webhook-events-and-payloads. */
    private static final String RENAMED = "installation_target";

    private static final Set<String> OF_INSTALLATION = Set.of("installation", "installation_repositories", RENAMED);

    private final String appId;
    private final WebhookSecrets secrets;

    GitHubWebhooks(String appId, WebhookSecrets secrets) {
        this.appId = appId;
        this.secrets = secrets;
    }

    @Override
    public Platform platform() {
        return GitHubProvider.GITHUB.platform();
    }

    @Override
    public boolean isEnabled() {
        return !secrets.isEmpty();
    }

    @Override
    public int maxBodySize() {
        return MAX_BODY_SIZE;
    }

    @Override
    public Optional<WebhookSignature> signature(Function<String, @Nullable String> headers) {
        String header = headers.apply("X-Hub-Signature-256");
        Matcher matcher = SIGNATURE.matcher(header == null ? "" : header);
        return matcher.matches()
                ? Optional.of(secrets.expect(HexFormat.of().parseHex(matcher.group(1))))
                : Optional.empty();
    }

    @Override
    public boolean isRelevant(Function<String, @Nullable String> headers) {
        String event = headers.apply("X-GitHub-Event");
        return event != null && (event.equals(AUTHORIZATION) || OF_INSTALLATION.contains(event));
    }

    @Override
    public Webhook read(Function<String, @Nullable String> headers, JsonNode body) {
        String event = headers.apply("X-GitHub-Event");
        if (event == null) {
            return new Ignored();
        }
        if (event.equals(AUTHORIZATION)) {
            String user = id(body.path("sender"));
            return delivery(headers, event, Report.TOKENS_REVOKED, "user:" + user, Grants.ofUser(user), null, false);
        }
        if (!OF_INSTALLATION.contains(event)) {
            return new Ignored();
        }
        JsonNode installation = body.path("installation");
        // The event's name is not signed (docs/providers.md 0). Other events have an installation too, but not its App.
        boolean ours = appId.equals(ProviderHttp.text(installation, "app_id"));
        if (!ours && !event.equals(RENAMED)) {
            return new Ignored();
        }
        String id = id(installation);
        return delivery(
                headers,
                event,
                report(event, body),
                "installation:" + id,
                Grants.ofInstallation(id),
                body.path("requester").isObject() ? id(body.path("requester")) : null,
                !ours);
    }

    private static Delivery delivery(
            Function<String, @Nullable String> headers,
            String event,
            Report report,
            String subject,
            Grants grants,
            @Nullable String requesterId,
            boolean knownOnly) {
        String id = headers.apply("X-GitHub-Delivery");
        if (id == null || !DELIVERY_ID.matcher(id).matches()) {
            throw new BadRequest("unexpected_webhook", "The webhook has no X-GitHub-Delivery");
        }
        return new Delivery(id, event, report, subject, grants, requesterId, knownOnly);
    }

    private static Report report(String event, JsonNode body) {
        return switch (event.equals("installation") ? body.path("action").asString("") : "") {
            case "created" -> Report.INSTALLED;
            case "deleted" -> Report.UNINSTALLED;
            case "suspend" -> Report.SUSPENDED;
            default -> Report.CHANGED;
        };
    }

    private static String id(JsonNode object) {
        String id = ProviderHttp.text(object, "id");
        if (id == null || !ID.matcher(id).matches()) {
            throw new BadRequest("unexpected_webhook", "The webhook has no valid subject");
        }
        return id;
    }
}
