package io.oauthservice.install;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.oauthservice.link.InstallLink;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.net.URI;
import java.text.Bidi;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The result of a flow: a page or a redirect. Contains no secret. It is stored as JSON, and replicas of the version
 * before this one read and write it as well: fields that were added later are nullable.
 *
 * @param startAgain whether the page offers to start a new flow
 * @param location the target of the redirect; null for a page
 * @param kind null: unknown, or one of a later version
 * @param detail the id of the connected installation, the code of the error, or the status of the unusable link; null:
 *     none
 * @param next where the page leads; null: nowhere
 * @param opener the page that gets the outcome; null: none
 */
record FlowResult(
        int status,
        String title,
        String text,
        boolean startAgain,
        @Nullable String location,

        @JsonFormat(with = JsonFormat.Feature.READ_UNKNOWN_ENUM_VALUES_AS_NULL) @Nullable
        Kind kind,

        @Nullable String detail,
        @Nullable Next next,
        @Nullable Opener opener) {

    /** Unicode's formatting characters for bidirectional text. */
    private static final Pattern BIDI_CONTROLS =
            Pattern.compile("[\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

    private static final Next LIST = new Next("Show all installations", "/");

    /** How a flow has ended. */
    enum Kind {
        CONNECTED("connected"),
        PENDING_APPROVAL("pending_approval"),
        DECLINED("declined"),
        /** The consent page has reported an error. */
        REJECTED("failed"),
        WRONG_ACCOUNT("wrong_account"),
        UNUSABLE("unusable"),
        FAILED("failed"),
        /** There is no outcome to show: the flow has not ended, there was none, or the browser is redirected. */
        NONE("");

        private final String outcome;

        Kind(String outcome) {
            this.outcome = outcome;
        }

        /** As openers and return addresses get it. */
        String outcome() {
            return outcome;
        }

        /** Whether the browser is redirected to the return address. A page explains the other results. */
        boolean returns() {
            return switch (this) {
                case CONNECTED, PENDING_APPROVAL, DECLINED, REJECTED -> true;
                case WRONG_ACCOUNT, UNUSABLE, FAILED, NONE -> false;
            };
        }
    }

    /** A button that leads to another page. */
    record Next(String label, String address) {}

    /** The page that has opened a link in a window. */
    record Opener(String origin, UUID link) {}

    /** The names of organisations for people. */
    static String names(Stream<Organisation> organisations) {
        return organisations
                .map(organisation -> Objects.requireNonNullElse(organisation.name(), organisation.id()))
                .distinct()
                .map(FlowResult::isolated)
                .collect(Collectors.joining(", "));
    }

    /** A right-to-left name must not reorder the sentence around it. */
    static String isolated(String name) {
        String plain = BIDI_CONTROLS.matcher(name).replaceAll("");
        return Bidi.requiresBidi(plain.toCharArray(), 0, plain.length()) ? "\u2068" + plain + "\u2069" : plain;
    }

    static FlowResult page(HttpStatus status, Kind kind, @Nullable String detail, String title, String text) {
        return new FlowResult(status.value(), title, text, false, null, kind, detail, null, null);
    }

    static FlowResult startAgain(HttpStatus status, Kind kind, @Nullable String detail, String title, String text) {
        return new FlowResult(status.value(), title, text, true, null, kind, detail, null, null);
    }

    /** What the browser gets at the end of this flow. */
    FlowResult endOf(PendingFlow flow) {
        UUID link = flow.link();
        FlowResult result = link == null ? this : ofLink();
        if (link != null && flow.openerOrigin() != null) {
            return result.reportedTo(new Opener(flow.openerOrigin(), link), flow.returnTo());
        }
        if (flow.returnTo() != null && knownKind().returns()) {
            return redirect(to(flow.returnTo()));
        }
        return flow.isOfPage() ? result.with(LIST, null) : result;
    }

    /** This result as the page of a link shows it, if the link cannot start a flow; an opener gets it as well. */
    FlowResult onPageOf(InstallLink link) {
        String origin = link.terms().openerOrigin();
        return origin == null
                ? this
                : reportedTo(new Opener(origin, link.id()), link.terms().returnTo());
    }

    /** The flow can be started again with the link only. */
    private FlowResult ofLink() {
        return startAgain
                ? new FlowResult(
                        status,
                        title,
                        text + " Open the link again to try once more.",
                        false,
                        location,
                        kind,
                        detail,
                        next,
                        opener)
                : this;
    }

    private FlowResult reportedTo(Opener page, @Nullable String returnTo) {
        return with(returnTo == null ? null : new Next("Continue", to(returnTo).toString()), page);
    }

    private FlowResult with(@Nullable Next button, @Nullable Opener page) {
        return new FlowResult(status, title, text, startAgain, location, kind, detail, button, page);
    }

    private static FlowResult redirect(URI target) {
        return new FlowResult(HttpStatus.FOUND.value(), "", "", false, target.toString(), Kind.NONE, null, null, null);
    }

    private URI to(String returnTo) {
        Kind known = knownKind();
        String code = Objects.requireNonNullElse(detail, known.outcome());
        return switch (known) {
            case CONNECTED -> ReturnTo.with(returnTo, "installation_id", code);
            case PENDING_APPROVAL -> ReturnTo.with(returnTo, "status", known.outcome());
            case DECLINED, REJECTED -> ReturnTo.with(returnTo, "error", code);
            case WRONG_ACCOUNT, UNUSABLE, FAILED, NONE -> ReturnTo.with(returnTo, "error", known.outcome());
        };
    }

    Kind knownKind() {
        return Objects.requireNonNullElse(kind, Kind.NONE);
    }
}
