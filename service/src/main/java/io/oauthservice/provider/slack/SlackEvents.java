package io.oauthservice.provider.slack;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.Webhook;
import io.oauthservice.provider.Webhook.Challenge;
import io.oauthservice.provider.Webhook.Delivery;
import io.oauthservice.provider.Webhook.Grants;
import io.oauthservice.provider.Webhook.Ignored;
import io.oauthservice.provider.Webhook.Report;
import io.oauthservice.provider.WebhookSecrets;
import io.oauthservice.provider.WebhookSignature;
import io.oauthservice.provider.WebhookSource;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Slack's Events API: an HMAC over a timestamp and the body.
 *
 * @see <a href="https://docs.slack.dev/authentication/verifying-requests-from-slack">Verifying requests from Slack</a>
 */
final class SlackEvents implements WebhookSource {

    private static final int MAX_BODY_SIZE = 1024 * 1024;
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final Pattern SIGNATURE = Pattern.compile("v0=([0-9a-f]{64})");
    private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{1,12}");
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{1,64}");

    private static final int MAX_USERS = 100;

    private final WebhookSecrets secrets;
    private final Clock clock;

    SlackEvents(WebhookSecrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public Platform platform() {
        return SlackProvider.SLACK.platform();
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
        String timestamp = headers.apply("X-Slack-Request-Timestamp");
        String signature = headers.apply("X-Slack-Signature");
        Matcher matcher = SIGNATURE.matcher(signature == null ? "" : signature);
        if (timestamp == null || !isFresh(timestamp) || !matcher.matches()) {
            return Optional.empty();
        }
        byte[] prefix = ("v0:" + timestamp + ":").getBytes(StandardCharsets.US_ASCII);
        return Optional.of(
                secrets.expect(HexFormat.of().parseHex(matcher.group(1))).update(prefix));
    }

    /** A timestamp of the future is rejected too, as it could be replayed for as long: docs/providers.md 3.7. */
    private boolean isFresh(String timestamp) {
        return TIMESTAMP.matcher(timestamp).matches()
                && Math.abs(clock.instant().getEpochSecond() - Long.parseLong(timestamp)) <= TOLERANCE.toSeconds();
    }

    /** Slack names the event in the body only. */
    @Override
    public boolean isRelevant(Function<String, @Nullable String> headers) {
        return true;
    }

    @Override
    public Webhook read(Function<String, @Nullable String> headers, JsonNode body) {
        String type = ProviderHttp.text(body, "type");
        if ("url_verification".equals(type)) {
            return new Challenge(requireText(body, "challenge"));
        }
        JsonNode event = body.path("event");
        String name = ProviderHttp.text(event, "type");
        if (!"event_callback".equals(type) || name == null) {
            return new Ignored();
        }
        return switch (name) {
            case "app_uninstalled" -> delivery(body, name, Report.UNINSTALLED, true, true, List.of());
            case "tokens_revoked" -> tokensRevoked(body, name, event.path("tokens"));
            case "team_access_granted", "team_access_revoked" -> teamAccess(body, name);
            default -> new Ignored();
        };
    }

    private static Delivery tokensRevoked(JsonNode body, String name, JsonNode tokens) {
        List<String> users = users(tokens.path("oauth"));
        boolean ofBot = !tokens.path("bot").isEmpty();
        return delivery(body, name, Report.TOKENS_REVOKED, ofBot, users.size() > MAX_USERS, users);
    }

    /** Workspaces joined or left an org-wide install; their own grants stay: docs/providers.md 3.5, 3.7. */
    private static Delivery teamAccess(JsonNode body, String name) {
        String install =
                SlackInstall.key(id(requireText(body, "api_app_id")), id(requireText(body, "enterprise_id")), null);
        return new Delivery(
                id(requireText(body, "event_id")),
                name,
                Report.CHANGED,
                install,
                Grants.ofInstallation(install),
                null,
                false);
    }

    private static Delivery delivery(
            JsonNode body, String event, Report report, boolean ofBot, boolean ofEveryUser, List<String> users) {
        String app = id(requireText(body, "api_app_id"));
        String enterprise = optionalId(body, "enterprise_id");
        String team = optionalId(body, "team_id");
        List<String> installations = Stream.of(
                        SlackInstall.key(app, enterprise, team),
                        SlackInstall.key(app, null, team),
                        SlackInstall.key(app, enterprise, null))
                .distinct()
                .filter(id -> !id.equals(SlackInstall.key(app, null, null)))
                .toList();
        Grants grants = new Grants(installations, ofBot, ofEveryUser, ofEveryUser ? List.of() : users);
        String subject = SlackInstall.key(app, enterprise, team)
                + (ofBot ? ":bot" : "")
                + (ofEveryUser ? "" : ":" + String.join(",", users));
        return new Delivery(id(requireText(body, "event_id")), event, report, subject, grants, null, false);
    }

    private static List<String> users(JsonNode ids) {
        return ids.valueStream()
                .filter(JsonNode::isString)
                .map(id -> id(id.asString()))
                .toList();
    }

    private static @Nullable String optionalId(JsonNode body, String field) {
        String id = ProviderHttp.text(body, field);
        return id == null ? null : id(id);
    }

    private static String requireText(JsonNode body, String field) {
        String text = ProviderHttp.text(body, field);
        if (text == null) {
            throw new BadRequest("unexpected_webhook", "The event has no " + field);
        }
        return text;
    }

    private static String id(String text) {
        if (!ID.matcher(text).matches()) {
            throw new BadRequest("unexpected_webhook", "The event names something that is no id");
        }
        return text;
    }
}
