package io.oauthservice.faults;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a customer does at a platform that reports it by webhooks, and what it leads to here. */
enum WebhookAct {
    UNINSTALL(Platform.GITHUB, "revoked", "uninstalled", "not-connected") {
        @Override
        void perform(WebhookCase webhook) {
            webhook.cluster().gitHub().uninstall(webhook.row().requireExternalId());
        }
    },
    SUSPEND(Platform.GITHUB, "suspended", "by_provider", "suspended") {
        @Override
        void perform(WebhookCase webhook) {
            webhook.cluster().gitHub().suspend(webhook.row().requireExternalId());
        }
    },
    /** The report of the suspension arrives again, in any order with that of its end. */
    RESUME(Platform.GITHUB, "active", null, null) {
        @Override
        void prepare(WebhookCase webhook) {
            SUSPEND.perform(webhook);
            Deliveries.sendLast(webhook.provider());
            webhook.await("suspended", () -> SUSPEND.isReached(webhook.row()));
        }

        @Override
        void perform(WebhookCase webhook) {
            webhook.cluster().gitHub().unsuspend(webhook.row().requireExternalId());
        }
    },
    REINSTALL(Platform.GITHUB, "unclaimed", null, "not-connected") {
        @Override
        void perform(WebhookCase webhook) {
            UNINSTALL.perform(webhook);
            webhook.cluster().gitHub().install(Integer.parseInt(webhook.platform().organisation));
        }
    },
    REVOKE_USER(Platform.GITHUB_USER, "needs_reconnect", "tokens_revoked", "reconnect-required") {
        @Override
        void perform(WebhookCase webhook) {
            webhook.cluster().gitHub().revokeAuthorization(Platform.GITHUB_USER_ID);
        }
    },
    /**
     * Slack sends two events. If that of the tokens is processed first, the installation needs a reconnect until the
     * other.
     */
    REMOVE_APP(Platform.SLACK, "revoked", "uninstalled", "not-connected") {
        @Override
        void perform(WebhookCase webhook) {
            webhook.cluster().slack().uninstall(webhook.platform().organisation);
        }
    },
    REVOKE_BOT(Platform.SLACK, "needs_reconnect", "tokens_revoked", "reconnect-required") {
        @Override
        void perform(WebhookCase webhook) {
            webhook.cluster().slack().revokeBotToken(webhook.platform().organisation);
        }
    };

    /** One of the variants that the act applies to. */
    final Platform platform;

    /** The problem that a token request leads to; null: a token. */
    final @Nullable String problem;

    private final String status;
    private final @Nullable String reason;

    WebhookAct(Platform platform, String status, @Nullable String reason, @Nullable String problem) {
        this.platform = platform;
        this.status = status;
        this.reason = reason;
        this.problem = problem;
    }

    /** What has happened before, without a fault. */
    void prepare(WebhookCase webhook) {}

    abstract void perform(WebhookCase webhook);

    /** Whether the installation is as the act leaves it. */
    boolean isReached(InstallationRow row) {
        return row.status().equals(status) && Objects.equals(row.reason(), reason);
    }

    /** What the webhooks report, as their rows contain it, oldest first. */
    List<String> reports() {
        return switch (this) {
            case UNINSTALL -> List.of("UNINSTALLED");
            case SUSPEND -> List.of("SUSPENDED");
            case RESUME -> List.of("SUSPENDED", "CHANGED");
            case REINSTALL -> List.of("UNINSTALLED", "INSTALLED");
            case REVOKE_USER, REVOKE_BOT -> List.of("TOKENS_REVOKED");
            case REMOVE_APP -> List.of("TOKENS_REVOKED", "UNINSTALLED");
        };
    }

    /** The possible sequences of events, without refreshes: each change is published once. */
    Set<List<String>> events() {
        return switch (this) {
            case UNINSTALL, REINSTALL -> Set.of(List.of("revoked"));
            case SUSPEND, RESUME -> Set.of(List.of("updated"));
            case REVOKE_USER, REVOKE_BOT -> Set.of(List.of("reconnect-required"));
            case REMOVE_APP -> Set.of(List.of("revoked"), List.of("reconnect-required", "revoked"));
        };
    }
}
