package io.oauthservice.dashboard;

import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * A message about the action that led to this page, from the query of its address. Anyone can write an address: success
 * is shown only if the present state confirms it. Failures and pending approvals are not checked.
 *
 * @param text without a full stop at its end
 * @param connected the installation that the text is about; null: it names none
 */
record Notice(String text, boolean failed, @Nullable ShownInstallation connected) {

    /** Names the platform of a flow that was started on a page. */
    static final String PLATFORM = "connected";

    /** Names an organisation that the installation covered before the flow. */
    static final String ORGANISATION = "org";

    /** The query parameter with the action of a form. */
    static final String DONE = "done";

    static final String CLAIMED = "claimed";
    static final String DISCONNECTED = "disconnected";

    private static final String INSTALLATION = "installation_id";
    private static final String DECLINED = "access_denied";
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,60}");
    private static final Pattern ORGANISATION_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    static boolean isOrganisationId(String text) {
        return ORGANISATION_ID.matcher(text).matches();
    }

    /** The id of the installation that a flow has connected; empty: none. */
    static Optional<String> installation(MultiValueMap<String, String> query) {
        return Optional.ofNullable(query.getFirst(INSTALLATION));
    }

    /**
     * After a flow that has connected a platform; empty if no flow has returned to the page.
     *
     * @param connected null: the flow has connected none, or the caller does not see it
     */
    static Optional<Notice> ofConnect(
            MultiValueMap<String, String> query, Providers providers, @Nullable ShownInstallation connected) {
        return platform(query, providers).flatMap(provider -> {
            String name = provider.displayName();
            String error = query.getFirst("error");
            if (error != null) {
                return failed(name + " was not connected. " + reason(error));
            }
            return installation(query).isPresent() ? confirmConnected(name, connected) : awaitsApproval(name);
        });
    }

    /** After an action on the page of this installation. */
    static Optional<Notice> ofInstallation(
            MultiValueMap<String, String> query, Providers providers, ShownInstallation shown) {
        return platform(query, providers)
                .flatMap(provider -> ofReconnect(query, provider.displayName(), shown))
                .or(() -> ofForm(query.getFirst(DONE), shown));
    }

    /** A person may have chosen another account, or another site of the same account. */
    private static Optional<Notice> ofReconnect(
            MultiValueMap<String, String> query, String name, ShownInstallation shown) {
        String error = query.getFirst("error");
        if (error != null) {
            String outcome = shown.has(InstallationStatus.REVOKED)
                    ? " was not connected. "
                    : " was not reconnected; nothing has changed. ";
            return failed(name + outcome + reason(error));
        }
        String connected = installation(query).orElse(null);
        if (connected == null) {
            return awaitsApproval(name);
        }
        if (!connected.equals(shown.id())) {
            return failed("Another account was connected. This installation has not changed");
        }
        String before = query.getFirst(ORGANISATION);
        return before != null && isOrganisationId(before) && !shown.covers(before)
                ? failed(
                        "It is connected, but no longer covers the organisation " + before
                                + ": another account or site was chosen. If that was a mistake, reconnect it and choose the right one")
                : confirmConnected(name, shown);
    }

    private static Optional<Notice> ofForm(@Nullable String done, ShownInstallation shown) {
        if (DISCONNECTED.equals(done) && shown.has(InstallationStatus.REVOKED)) {
            return succeeded("Disconnected. This service returns no more tokens for it", null);
        }
        return CLAIMED.equals(done) && shown.has(InstallationStatus.ACTIVE)
                ? succeeded("It was claimed. Its tokens can be used now", null)
                : Optional.empty();
    }

    private static Optional<Notice> confirmConnected(String name, @Nullable ShownInstallation connected) {
        return connected == null || connected.isConnected(name)
                ? succeeded(name + " is connected", connected)
                : Optional.empty();
    }

    private static Optional<Notice> awaitsApproval(String name) {
        return succeeded(
                "An owner of the organisation must approve the request at " + name
                        + ". It is connected when that is done",
                null);
    }

    private static String reason(String error) {
        return error.equals(DECLINED)
                ? "The request was declined"
                : "The platform reported the error "
                        + (ERROR_CODE.matcher(error).matches() ? error : "unknown_error");
    }

    private static Optional<GuardedProvider> platform(MultiValueMap<String, String> query, Providers providers) {
        return Optional.ofNullable(query.getFirst(PLATFORM)).flatMap(providers::find);
    }

    private static Optional<Notice> succeeded(String text, @Nullable ShownInstallation connected) {
        return Optional.of(new Notice(text, false, connected));
    }

    private static Optional<Notice> failed(String text) {
        return Optional.of(new Notice(text, true, null));
    }
}
