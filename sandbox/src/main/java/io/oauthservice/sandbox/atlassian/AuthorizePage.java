package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.control.Settings;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The consent page. With resource-level access, as apps have it today, the person chooses one site; with account-level
 * access all of the person's sites are granted.
 */
final class AuthorizePage {

    private final AtlassianState atlassian;
    private final Setting<Boolean> accountLevel;
    private final Setting<@Nullable String> suggested;

    AuthorizePage(AtlassianState atlassian) {
        this.atlassian = atlassian;
        Settings settings = atlassian.context.settings();
        this.accountLevel = settings.flag("account_level", false);
        this.suggested = settings.value("site", null, this::siteId);
    }

    private @Nullable String siteId(Input input, String field) {
        return input.has(field) ? atlassian.directory.site(input, field).id() : null;
    }

    Reply open(Request request) {
        AuthorizationRequest authorization = check(request.query());
        return switch (atlassian.context.settings().consent()) {
            case ASK -> showPage(request, authorization);
            case APPROVE -> approve(authorization);
            case DENY -> authorization.back().deny(user());
        };
    }

    Reply decide(Request request) {
        AuthorizationRequest authorization = check(request.form());
        return switch (request.form().get("decision")) {
            case "approve" -> approve(authorization);
            case "deny" -> authorization.back().deny(user());
            case null, default -> throw Errors.page(422, "decision must be approve or deny", "decision_missing");
        };
    }

    private AuthorizationRequest check(Params params) {
        AuthorizationRequest authorization = AuthorizationRequest.check(params, atlassian.app);
        if (!user().active()) {
            throw Errors.page(403, "Your account has been deactivated.", "user_deactivated");
        }
        if (choices().isEmpty()) {
            throw Errors.page(403, "You have no site that this app could use.", "no_site");
        }
        return authorization;
    }

    private Reply showPage(Request request, AuthorizationRequest authorization) {
        Page page = new Page("Atlassian", "Sandbox App is requesting access to your Atlassian account")
                .paragraph("You are signed in as " + user().name() + " (" + user().accountId() + ").")
                .paragraph("It asks for: " + String.join(", ", authorization.scopes()) + ".")
                .form(request.path());
        authorization.hideIn(page);
        if (accountLevel.value()) {
            choices().forEach(site -> page.paragraph("It can use " + site.url()));
        } else {
            Site first = choose(authorization);
            page.paragraph("Use app on:");
            choices().forEach(site -> page.radio("site", site.id(), site.url(), site.equals(first)));
        }
        return page.button("decision", "approve", "Accept")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private Reply approve(AuthorizationRequest authorization) {
        User user = user();
        List<Site> sites = accountLevel.value() ? choices() : List.of(choose(authorization));
        sites.forEach(site -> atlassian.consents.add(user, site, authorization.scopes()));
        String code = atlassian.codes.issue(
                user, authorization.scopes(), authorization.redirectUri(), authorization.challenge());
        return authorization.back().withCode(code, user);
    }

    private Site choose(AuthorizationRequest authorization) {
        String wanted = authorization.site() == null ? suggested.value() : authorization.site();
        return choices().stream()
                .filter(site -> wanted == null || site.isNamed(wanted))
                .findFirst()
                .orElseThrow(() -> Errors.page(400, "You cannot reach this site.", "site_not_reachable"));
    }

    private List<Site> choices() {
        return atlassian.directory.accessibleTo(user());
    }

    private User user() {
        return atlassian.directory.signedIn();
    }
}
