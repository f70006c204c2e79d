package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.install.CallerLinks;
import io.oauthservice.install.NewLink;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.session.Session;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.Redirects;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Forms that create and withdraw an install link, and the page that shows it. The page is the response to the form: a
 * redirect to a page would need the secret in its address, or stored.
 */
@RestController
@Hidden
class LinkPagesController {

    private static final String OF_INSTALLATION = InstallationPageController.PATH + "{id}/link";
    private static final String OF_PLATFORM = "/ui/connect/{platform}/link";
    private static final String WITHDRAW = "/ui/links/{id}/withdraw";

    private final CallerInstallations callerInstallations;
    private final Providers providers;
    private final CallerLinks links;
    private final Pages pages;

    LinkPagesController(CallerInstallations callerInstallations, Providers providers, CallerLinks links, Pages pages) {
        this.callerInstallations = callerInstallations;
        this.providers = providers;
        this.links = links;
        this.pages = pages;
    }

    @PostMapping(OF_INSTALLATION)
    Mono<ResponseEntity<String>> ofInstallation(@PathVariable("id") String id, ServerWebExchange exchange) {
        Session session = Session.of(exchange);
        return callerInstallations
                .findReadable(session.caller(), id)
                .flatMap(found -> links.create(
                                session.caller(), found.platform().id(), found.id())
                        .map(link -> pages.newLink(session, model(link, found, session.caller()))));
    }

    @PostMapping(OF_PLATFORM)
    Mono<ResponseEntity<String>> ofPlatform(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        Session session = Session.of(exchange);
        GuardedProvider provider = providers.find(platform).orElseThrow(ProblemException::unknownPlatform);
        return links.create(session.caller(), platform, null)
                .map(link -> pages.newLink(session, model(link, provider.displayName())));
    }

    @PostMapping(WITHDRAW)
    Mono<ResponseEntity<String>> withdraw(@PathVariable("id") String id, ServerWebExchange exchange) {
        Session session = Session.of(exchange);
        return links.withdraw(session.caller(), id).then(Mono.fromSupplier(() -> pages.linkWithdrawn(session)));
    }

    private Map<String, Object> model(NewLink link, Installation reconnected, Caller caller) {
        Map<String, Object> model = model(link, pages.nameOf(reconnected.platform()));
        model.put(
                "installation",
                pages.shown(reconnected, null, caller, ListQuery.NONE).orElseThrow());
        String user = reconnected.externalUserId();
        if (user != null) {
            // Another user of the same organisation has another grant.
            model.put("user", Objects.requireNonNullElse(reconnected.installedBy(), user));
        }
        return model;
    }

    private static Map<String, Object> model(NewLink link, String platform) {
        Map<String, Object> model = new HashMap<>();
        model.put("copy", true);
        model.put("link", link);
        model.put("expires", Time.ofKnown(link.expiresAt()));
        model.put("platform", platform);
        return model;
    }

    /** For a person who opens the address of the form again. */
    @GetMapping(OF_INSTALLATION)
    Mono<ResponseEntity<String>> installation(@PathVariable("id") String id, ServerWebExchange exchange) {
        return callerInstallations
                .findReadable(Session.of(exchange).caller(), id)
                .map(found -> Redirects.found(URI.create(InstallationPageController.PATH + found.id())));
    }

    @GetMapping({OF_PLATFORM, WITHDRAW})
    ResponseEntity<String> list() {
        return Redirects.found(URI.create("/"));
    }
}
