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
        AuthorizationRequest wish = checked(request.query());
        return switch (atlassian.context.settings().consent()) {
            case ASK -> shown(request, wish);
            case APPROVE -> approved(wish);
            case DENY -> wish.back().denied(user());
        };
    }

    Reply decide(Request request) {
        AuthorizationRequest wish = checked(request.form());
        return switch (request.form().get("decision")) {
            case "approve" -> approved(wish);
            case "deny" -> wish.back().denied(user());
            case null, default -> throw Errors.page(422, "decision must be approve or deny", "decision_missing");
        };
    }

    private AuthorizationRequest checked(Params params) {
        AuthorizationRequest wish = AuthorizationRequest.checked(params, atlassian.app);
        if (!user().active()) {
            throw Errors.page(403, "Your account has been deactivated.", "user_deactivated");
        }
        if (choices().isEmpty()) {
            throw Errors.page(403, "You have no site that this app could use.", "no_site");
        }
        return wish;
    }

    private Reply shown(Request request, AuthorizationRequest wish) {
        Page page = new Page("Atlassian", "Sandbox App is requesting access to your Atlassian account")
                .says("You are signed in as " + user().name() + " (" + user().accountId() + ").")
                .says("It asks for: " + String.join(", ", wish.scopes()) + ".")
                .form(request.path());
        wish.hideIn(page);
        if (accountLevel.value()) {
            choices().forEach(site -> page.says("It can use " + site.url()));
        } else {
            Site first = chosen(wish);
            page.says("Use app on:");
            choices().forEach(site -> page.radio("site", site.id(), site.url(), site.equals(first)));
        }
        return page.button("decision", "approve", "Accept")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private Reply approved(AuthorizationRequest wish) {
        User user = user();
        List<Site> sites = accountLevel.value() ? choices() : List.of(chosen(wish));
        sites.forEach(site -> atlassian.consents.give(user, site, wish.scopes()));
        String code = atlassian.codes.issue(user, wish.scopes(), wish.redirectUri(), wish.challenge());
        return wish.back().withCode(code, user);
    }

    private Site chosen(AuthorizationRequest wish) {
        String wanted = wish.site() == null ? suggested.value() : wish.site();
        return choices().stream()
                .filter(site -> wanted == null || site.isNamed(wanted))
                .findFirst()
                .orElseThrow(() -> Errors.page(400, "You cannot reach this site.", "site_not_reachable"));
    }

    private List<Site> choices() {
        return atlassian.directory.reachableBy(user());
    }

    private User user() {
        return atlassian.directory.signedIn();
    }
}
