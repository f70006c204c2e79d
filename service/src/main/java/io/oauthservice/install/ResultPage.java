package io.oauthservice.install;

import io.oauthservice.access.ConnectUrls;
import io.oauthservice.core.Secret;
import io.oauthservice.install.FlowResult.Kind;
import io.oauthservice.install.FlowResult.Next;
import io.oauthservice.install.FlowResult.Opener;
import io.oauthservice.install.InstallFlow.Outcome;
import io.oauthservice.install.InstallFlow.Outcome.ChosenAccount;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.link.LinkStatus;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.web.HtmlPage;
import io.oauthservice.web.Redirects;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The page at the end of a flow, and of a link that cannot start one. */
@Component
class ResultPage {

    private static final String START_AGAIN = "Please start again";
    private static final String NOT_CONNECTED = "Not connected";

    private final HtmlPage page = HtmlPage.of("result", "");

    /** Runs the script that reports the outcome to the page that has opened the link. */
    private final HtmlPage reportingPage = HtmlPage.of("result", "script-src 'self'");

    private final ConnectUrls connectUrls;

    ResultPage(ConnectUrls connectUrls) {
        this.connectUrls = connectUrls;
    }

    FlowResult connected(GuardedProvider provider, InstallationId installation, String organisations) {
        String text = provider.displayName() + " is connected for " + organisations + ".";
        return FlowResult.page(HttpStatus.OK, Kind.CONNECTED, installation.toString(), "Connected", text);
    }

    FlowResult awaitingApproval(GuardedProvider provider) {
        String text = "An owner of the organisation must approve the request at " + provider.displayName()
                + ". It is connected when that is done. If it is not within an hour, connect again.";
        return FlowResult.page(HttpStatus.OK, Kind.PENDING_APPROVAL, null, "Waiting for approval", text);
    }

    /** For a callback that no flow of this service started. */
    FlowResult nothingToDo(GuardedProvider provider) {
        String text = "The change was saved at " + provider.displayName() + ". There is nothing to do here.";
        return FlowResult.page(HttpStatus.OK, Kind.NONE, null, "Changed at " + provider.displayName(), text);
    }

    FlowResult denied(GuardedProvider provider, String error) {
        String text = provider.displayName() + " was not connected: the request was declined (" + error + ").";
        return FlowResult.startAgain(HttpStatus.OK, Kind.DECLINED, error, NOT_CONNECTED, text);
    }

    /** The consent page has reported an error. */
    FlowResult rejected(GuardedProvider provider, String error) {
        String text = provider.displayName() + " reported the error " + error + ".";
        return FlowResult.startAgain(HttpStatus.BAD_REQUEST, Kind.REJECTED, error, START_AGAIN, text);
    }

    /** The state is unknown, has expired, or belongs to another browser. */
    FlowResult flowExpired() {
        return startAgain(
                HttpStatus.BAD_REQUEST,
                "This request to connect is invalid, has expired, or was started in another browser.");
    }

    FlowResult startAgain(HttpStatus status, String reason) {
        return FlowResult.startAgain(status, Kind.FAILED, null, START_AGAIN, reason);
    }

    /** @param error its code */
    FlowResult failed(HttpStatus status, String error, String reason) {
        return FlowResult.startAgain(status, Kind.FAILED, error, START_AGAIN, reason);
    }

    /** The link can be used again, with the right account. */
    FlowResult wrongAccount(GuardedProvider provider, Outcome.WrongAccount wrong) {
        String expected = FlowResult.isolated(wrong.expected());
        String text = "You chose " + wrong.chosen() + " at " + provider.displayName() + ". "
                + accountText(provider, wrong.account()) + " " + expected
                + " still needs to be connected: open the link again and choose " + expected + ".";
        return FlowResult.page(HttpStatus.CONFLICT, Kind.WRONG_ACCOUNT, null, "Another account was chosen", text);
    }

    private static String accountText(GuardedProvider provider, ChosenAccount account) {
        String name = provider.displayName();
        return switch (account) {
            case CONNECTED -> "It is still connected, with new tokens.";
            case REQUESTED -> "Your request for it remains at " + name + "; nothing was stored for it here.";
            case NOT_STORED ->
                "Nothing was stored for it, and its access was revoked as far as " + name + " allows."
                        + (provider.hasDirectory()
                                ? " The app stays installed there: uninstall it at " + name + " if you do not need it."
                                : "");
        };
    }

    FlowResult linkUnusable(LinkStatus status) {
        String text = switch (status) {
            case SPENT -> "This link was used already. A link works once; ask for another one if you need it.";
            case EXPIRED -> "This link has expired. Ask for another one.";
            case WITHDRAWN -> "This link was withdrawn. Ask for another one if you need it.";
            case OPEN, CLAIMED ->
                "Another person is using this link, or its request waits for approval. If it is not connected in a few"
                        + " minutes, open the link again.";
        };
        return FlowResult.page(HttpStatus.GONE, Kind.UNUSABLE, status.code(), "This link cannot be used", text);
    }

    /** For a form that was not sent from a page of this service in this browser. */
    FlowResult openLinkAgain() {
        return FlowResult.page(
                HttpStatus.BAD_REQUEST,
                Kind.FAILED,
                null,
                "Please open the link again",
                "This page was open for too long, or your browser does not accept cookies of this service.");
    }

    /** For a problem that has nothing to do with the link. */
    FlowResult notNow(HttpStatus status, String reason) {
        String sentence = reason.endsWith(".") ? reason : reason + ".";
        return FlowResult.page(
                status,
                Kind.FAILED,
                null,
                "This does not work at the moment",
                sentence + " You can open the link again.");
    }

    FlowResult unknownLink() {
        return FlowResult.page(
                HttpStatus.NOT_FOUND,
                Kind.UNUSABLE,
                null,
                "Unknown link",
                "Check that you have opened the complete link, or ask for another one.");
    }

    /** A new flow would have the same result. */
    FlowResult notStorable(GuardedProvider provider, String error, String reason) {
        String text = provider.displayName() + " was not connected. " + reason
                + " Please contact the operators of this service; the reason is in its log.";
        return FlowResult.page(HttpStatus.BAD_GATEWAY, Kind.FAILED, error, NOT_CONNECTED, text);
    }

    ResponseEntity<String> show(GuardedProvider provider, FlowResult result) {
        String location = result.location();
        if (location != null) {
            return Redirects.found(URI.create(location));
        }
        return show(provider, result, result.next());
    }

    /** With a button that opens the link again. Its address contains the secret, so it is no part of the result. */
    ResponseEntity<String> show(GuardedProvider provider, FlowResult result, @Nullable Secret link) {
        Next again = link == null
                ? null
                : new Next(
                        "Open the link again",
                        "/oauth/install/" + provider.platform().id() + "?link=" + link.value());
        return show(provider, result, again);
    }

    private ResponseEntity<String> show(GuardedProvider provider, FlowResult result, @Nullable Next next) {
        Map<String, Object> model = new HashMap<>();
        model.put("title", result.title());
        model.put("text", result.text());
        model.put("platform", provider.displayName());
        model.put("look", Look.of(result.knownKind()));
        URI again = result.startAgain() ? connectUrls.of(provider.platform()) : null;
        if (again != null) {
            model.put("again", again);
        }
        if (next != null) {
            model.put("next", next);
        }
        model.put("over", again == null && next == null && Look.isOver(result.knownKind()));
        Opener opener = result.opener();
        if (opener != null) {
            model.put("report", Report.of(provider, result, opener));
        }
        HtmlPage shown = opener == null ? page : reportingPage;
        return shown.show(HttpStatus.valueOf(result.status()), model);
    }

    /**
     * The appearance of a kind of result.
     *
     * @param role of the text, for programs that read it aloud
     */
    record Look(String name, String mark, String role) {

        private static final Look DONE = new Look("done", "\u2713", "status");
        private static final Look WAITING = new Look("waiting", "\u2026", "status");
        private static final Look DECLINED = new Look("declined", "\u2013", "status");
        private static final Look ATTENTION = new Look("attention", "!", "alert");
        private static final Look FAILED = new Look("failed", "\u2715", "alert");

        static Look of(Kind kind) {
            return switch (kind) {
                case CONNECTED -> DONE;
                case PENDING_APPROVAL, NONE -> WAITING;
                case DECLINED -> DECLINED;
                case WRONG_ACCOUNT, UNUSABLE -> ATTENTION;
                case REJECTED, FAILED -> FAILED;
            };
        }

        /** Whether there is nothing left to do on the page. */
        static boolean isOver(Kind kind) {
            return switch (kind) {
                case CONNECTED, PENDING_APPROVAL, UNUSABLE, NONE -> true;
                case DECLINED, REJECTED, WRONG_ACCOUNT, FAILED -> false;
            };
        }
    }

    /**
     * The data that the script of the page reports to the opener.
     *
     * @param returnTo where the script goes if the opener cannot be reached; empty: nowhere
     */
    record Report(
            String origin,
            String link,
            String platform,
            String outcome,
            String installation,
            String error,
            String returnTo) {

        static Report of(GuardedProvider provider, FlowResult result, Opener opener) {
            Kind kind = result.knownKind();
            String detail = Objects.requireNonNullElse(result.detail(), "");
            Next next = result.next();
            return new Report(
                    opener.origin(),
                    opener.link().toString(),
                    provider.platform().id(),
                    kind.outcome(),
                    kind == Kind.CONNECTED ? detail : "",
                    kind == Kind.CONNECTED ? "" : detail,
                    next != null && kind.returns() ? next.address() : "");
        }
    }
}
