package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.audit.LastUse;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.session.Session;
import io.oauthservice.web.HtmlPage;
import io.oauthservice.web.PublicAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Renders the pages of signed-in browsers. */
@Component
class Pages {

    private static final String LIVE = "script-src 'self'; connect-src 'self'";

    private final HtmlPage list;
    private final HtmlPage part;
    private final HtmlPage installation;
    private final HtmlPage newLink;
    private final HtmlPage linkWithdrawn;
    private final Providers providers;
    private final Callers callers;

    Pages(PublicAddress address, Providers providers, Callers callers) {
        String formAction = HtmlPage.formActionOfFlows(address);
        this.list = HtmlPage.of("list", formAction, LIVE);
        this.part = HtmlPage.of("part", "");
        this.installation = HtmlPage.of("installation", formAction, LIVE);
        this.newLink = HtmlPage.of("new-link", "'self'", "script-src 'self'");
        this.linkWithdrawn = HtmlPage.of("link-withdrawn", "'self'", "");
        this.providers = providers;
        this.callers = callers;
    }

    ResponseEntity<String> list(HttpStatus status, Session session, Map<String, Object> model) {
        return list.show(status, with(session, "Connected organisations", model));
    }

    /** @param address of the page that now looks like this */
    ResponseEntity<String> part(String address, Map<String, Object> model) {
        ResponseEntity<String> shown = part.show(HttpStatus.OK, model);
        return ResponseEntity.ok()
                .headers(shown.getHeaders())
                .header("HX-Replace-Url", address)
                .body(shown.getBody());
    }

    ResponseEntity<String> installation(Session session, ShownInstallation shown, Map<String, Object> model) {
        Map<String, Object> all = with(session, shown.title(), model);
        all.put("installation", shown);
        return installation.show(HttpStatus.OK, all);
    }

    ResponseEntity<String> newLink(Session session, Map<String, Object> model) {
        return newLink.show(HttpStatus.OK, with(session, "Install link", model));
    }

    ResponseEntity<String> linkWithdrawn(Session session) {
        return linkWithdrawn.show(HttpStatus.OK, with(session, "Install link withdrawn", Map.of()));
    }

    /** How a caller is named for people. */
    String callerName(String caller) {
        return callers.displayName(caller);
    }

    private Map<String, Object> with(Session session, String title, Map<String, Object> model) {
        Map<String, Object> all = new HashMap<>(model);
        all.put("title", title);
        all.put("client", session.displayName());
        all.put("csrf", session.formToken());
        all.put("mayWrite", session.caller().may(Caller.INSTALLATIONS_WRITE));
        return all;
    }

    /** Empty if the caller may not see it. */
    Optional<ShownInstallation> shown(Installation found, @Nullable LastUse use, Caller caller, ListQuery selected) {
        return ShownInstallation.of(found, use, caller, nameOf(found.platform()), selected);
    }

    String nameOf(Platform platform) {
        return providers.find(platform.id()).map(GuardedProvider::displayName).orElse(platform.id());
    }
}
