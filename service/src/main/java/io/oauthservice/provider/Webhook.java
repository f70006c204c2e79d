package io.oauthservice.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a platform sent to the webhook endpoint. */
public sealed interface Webhook {

    /** A request by which the platform verifies the endpoint; it expects this value in the response. */
    record Challenge(String value) implements Webhook {}

    /** An event that changes no grant, or an event of another App. */
    record Ignored() implements Webhook {}

    /**
     * An event after which grants may have changed. It is a hint: what the platform answers about the grants decides.
     *
     * @param id the platform's id of the delivery, the same when it is repeated
     * @param event the event's name at the platform
     * @param report what the event claims
     * @param subject what the event is about: deliveries with equal subjects and reports are checked once
     * @param grants which grants may have changed
     * @param requesterId the platform's id of the person whose request was approved; null: it names none
     * @param knownOnly whether the event does not name its App, so that it is stored only if it matches a known
     *     installation
     */
    record Delivery(
            String id,
            String event,
            Report report,
            String subject,
            Grants grants,
            @Nullable String requesterId,
            boolean knownOnly)
            implements Webhook {}

    /** What an event claims about the grants. The platform's answer may be older than the event, and contradict it. */
    enum Report {
        /** The app was installed. */
        INSTALLED,
        /** The app was removed. */
        UNINSTALLED,
        /** The installation was suspended. */
        SUSPENDED,
        /** Tokens were revoked. */
        TOKENS_REVOKED,
        /** The installation works, with other content than before: permissions, organisations, or no suspension. */
        CHANGED
    }

    /**
     * Selects grants: those of any of the installations, or of the users where there is no installation.
     *
     * @param installations the platform's ids of installations
     * @param ofOrganisation whether grants that belong to no user are meant
     * @param ofEveryUser whether the grants of all users are meant
     * @param users the platform's ids of the users whose grants are meant
     */
    record Grants(List<String> installations, boolean ofOrganisation, boolean ofEveryUser, List<String> users) {

        public static Grants ofInstallation(String id) {
            return new Grants(List.of(id), true, true, List.of());
        }

        public static Grants ofUser(String id) {
            return new Grants(List.of(), false, false, List.of(id));
        }
    }
}
