package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page on which a user chooses a workspace and approves the app. */
final class AuthorizePage {

    private static final String BOT = "bot_scope:";
    private static final String USER = "user_scope:";

    private final SlackState slack;
    private final AuthorizeRules rules;
    private final Setting<List<String>> optionalScopes;
    private final Setting<Boolean> orgInstalls;

    AuthorizePage(SlackState slack) {
        this.slack = slack;
        this.rules = new AuthorizeRules(slack.context);
        this.optionalScopes = slack.context
                .settings()
                .value("optional_scopes", List.of(), (input, name) -> List.copyOf(input.texts(name)));
        this.orgInstalls = slack.context.settings().flag("org_installs", false);
    }

    Reply open(Request request) {
        Params params = check(request.query());
        return switch (slack.context.settings().consent()) {
            case ASK -> showPage(request, params);
            case APPROVE -> approve(params, bot(params), users(params));
            case DENY -> deny(params);
        };
    }

    Reply decide(Request request) {
        Params params = check(request.form());
        return switch (params.get("decision")) {
            case "approve" -> approve(params, select(params, BOT, bot(params)), select(params, USER, users(params)));
            case "deny" -> deny(params);
            case null, default ->
                throw new RejectionException(
                        Reply.text(422, "decision must be approve or deny").violating("decision_missing"));
        };
    }

    private Params check(Params params) {
        rules.check(params);
        if (user().deactivated()) {
            throw Errors.page("account_inactive", "Your account is deactivated.");
        }
        return params;
    }

    private Reply showPage(Request request, Params params) {
        InstallTarget suggested = place(params);
        Page page = new Page("Slack", "Sandbox App wants to access Slack")
                .paragraph("You are signed in as " + user().name() + ". Which workspace should it be installed to?")
                .form(request.path());
        for (String name : List.of("client_id", "scope", "user_scope", "redirect_uri", "state")) {
            page.hiddenField(name, params.get(name));
        }
        choices().forEach(each -> page.radio("team_id", each.id(), each.name(), each.equals(suggested)));
        offer(page, "The bot may", BOT, bot(params));
        offer(page, "On your behalf it may", USER, users(params));
        return page.button("decision", "approve", "Allow")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private void offer(Page page, String title, String prefix, Scopes asked) {
        Scopes required = asked.only(scope -> !isOptional(scope));
        if (!required.none()) {
            page.paragraph(title + ": " + String.join(", ", required.names()));
        }
        asked.only(this::isOptional)
                .names()
                .forEach(scope -> page.checkbox(prefix + scope, "on", title + " (optional): " + scope, true));
    }

    private Scopes select(Params params, String prefix, Scopes asked) {
        return asked.only(scope -> !isOptional(scope) || params.has(prefix + scope));
    }

    private boolean isOptional(String scope) {
        return optionalScopes.value().contains(scope);
    }

    private Reply approve(Params params, Scopes bot, Scopes users) {
        if (bot.none() && users.none()) {
            throw Errors.page("no_scopes", "At least one permission is needed.");
        }
        InstallTarget place = place(params);
        Code code = slack.codes.add(Code.issued(slack.context, place, user(), bot, users, params.get("redirect_uri")));
        return back(params, new Params().and("code", code.value()))
                .about((bot.none() ? new SlackGrant(place.id(), user().id()) : SlackGrant.ofBot(place.id())).named());
    }

    private Reply deny(Params params) {
        return back(params, new Params().and("error", "access_denied"));
    }

    private Reply back(Params params, Params result) {
        String named = params.get("redirect_uri");
        URI to = named == null ? slack.context.callback("slack") : URI.create(named);
        return Reply.redirect(to, result.and("state", params.get("state")));
    }

    // A suggested workspace is only a hint; a chosen workspace must be offered.
    private InstallTarget place(Params params) {
        String chosen = params.get("team_id");
        if (chosen != null) {
            return choice(chosen)
                    .orElseThrow(() -> Errors.page("team_not_visible", "You are not signed in to this workspace."));
        }
        return choice(params.get("team"))
                .or(() -> choice(slack.directory.signedInTeam().id()))
                .orElseGet(() -> choices().getFirst());
    }

    private Optional<InstallTarget> choice(@Nullable String placeId) {
        return choices().stream().filter(each -> each.id().equals(placeId)).findFirst();
    }

    private List<InstallTarget> choices() {
        List<InstallTarget> choices = new ArrayList<>(slack.directory.teams());
        if (orgInstalls.value()) {
            choices.addAll(slack.directory.enterprises());
        }
        return choices;
    }

    private static Scopes bot(Params params) {
        return Scopes.parse(params.get("scope"));
    }

    private static Scopes users(Params params) {
        return Scopes.parse(params.get("user_scope"));
    }

    private User user() {
        return slack.directory.signedInUser();
    }
}
