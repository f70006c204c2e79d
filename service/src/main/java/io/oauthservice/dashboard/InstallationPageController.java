package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Caller.Share;
import io.oauthservice.audit.CallerAudit;
import io.oauthservice.audit.LastUse;
import io.oauthservice.audit.LastUses;
import io.oauthservice.claim.Claimer;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.install.InstallStart;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.revoke.Revoker;
import io.oauthservice.session.Session;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.Redirects;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The page of one installation and its forms. {@code SessionFilter} has checked the tokens against forged forms. */
@RestController
@Hidden
class InstallationPageController {

    static final String PATH = "/ui/installations/";

    private final CallerInstallations callerInstallations;
    private final LastUses lastUses;
    private final CallerAudit audit;
    private final Providers providers;
    private final InstallStart starts;
    private final Revoker revoker;
    private final Claimer claimer;
    private final Pages pages;

    InstallationPageController(
            CallerInstallations callerInstallations,
            LastUses lastUses,
            CallerAudit audit,
            Providers providers,
            InstallStart starts,
            Revoker revoker,
            Claimer claimer,
            Pages pages) {
        this.callerInstallations = callerInstallations;
        this.lastUses = lastUses;
        this.audit = audit;
        this.providers = providers;
        this.starts = starts;
        this.revoker = revoker;
        this.claimer = claimer;
        this.pages = pages;
    }

    /** The second path is what the script of the open page reads. */
    @GetMapping({PATH + "{id}", PATH + "{id}/current"})
    Mono<ResponseEntity<String>> page(@PathVariable("id") String id, ServerWebExchange exchange) {
        Session session = Session.of(exchange);
        return callerInstallations
                .findReadable(session.caller(), id)
                .flatMap(found -> Mono.zip(
                        lastUses.findExact(found),
                        history(found, exchange),
                        (use, history) -> page(found, use.orElse(null), history, session, exchange)));
    }

    private Mono<ShownHistory> history(Installation found, ServerWebExchange exchange) {
        String cursor = exchange.getRequest().getQueryParams().getFirst(ShownHistory.PARAMETER);
        return audit.history(Session.of(exchange).caller(), found, cursor)
                .map(history -> ShownHistory.of(
                        history, pages.nameOf(found.platform()), PATH + found.id(), cursor != null, pages::callerName));
    }

    private ResponseEntity<String> page(
            Installation found,
            @Nullable LastUse use,
            ShownHistory history,
            Session session,
            ServerWebExchange exchange) {
        Caller caller = session.caller();
        ShownInstallation shown =
                pages.shown(found, use, caller, ListQuery.NONE).orElseThrow();
        boolean whole = caller.shareOf(found.organisationIds()) == Share.WHOLE;
        Map<String, Object> model = new HashMap<>();
        model.put("live", true);
        model.put("history", history);
        model.put("revoked", found.status() == InstallationStatus.REVOKED);
        if (providers.find(found.platform().id()).isPresent()) {
            model.put("connect", StatusTexts.connect(found.status()));
        }
        model.put("active", found.isActive());
        model.put("claimable", whole && found.status() == InstallationStatus.UNCLAIMED);
        model.put("whole", whole);
        Notice.ofInstallation(exchange.getRequest().getQueryParams(), providers, shown)
                .ifPresent(notice -> model.put("notice", notice));
        return pages.installation(session, shown, model);
    }

    @PostMapping(PATH + "{id}/disconnect")
    Mono<ResponseEntity<String>> disconnect(@PathVariable("id") String id, ServerWebExchange exchange) {
        return revoker.revoke(Session.of(exchange).caller(), id)
                .then(Mono.fromSupplier(() -> Redirects.seeOther(addressAfter(id, Notice.DISCONNECTED))));
    }

    @PostMapping(PATH + "{id}/claim")
    Mono<ResponseEntity<String>> claim(@PathVariable("id") String id, ServerWebExchange exchange) {
        return claimer.claim(Session.of(exchange).caller(), id)
                .map(claimed -> Redirects.seeOther(addressAfter(id, Notice.CLAIMED)));
    }

    /** @param id of an installation that was found */
    private static URI addressAfter(String id, String action) {
        return URI.create(PATH + id + "?" + Notice.DONE + "=" + action);
    }

    @PostMapping(PATH + "{id}/reconnect")
    Mono<ResponseEntity<String>> reconnect(@PathVariable("id") String id, ServerWebExchange exchange) {
        Caller caller = Session.of(exchange).caller();
        return callerInstallations
                .findReadable(caller, id)
                .flatMap(found -> start(
                        found.platform().id(), PATH + found.id(), organisationParameter(found, caller), exchange));
    }

    /** The query parameter with the first organisation that the caller sees; empty if there is none. */
    private static String organisationParameter(Installation found, Caller caller) {
        return found.organisationIds().stream()
                .filter(caller::sees)
                .findFirst()
                .filter(Notice::isOrganisationId)
                .map(organisation -> "&" + Notice.ORGANISATION + "=" + organisation)
                .orElse("");
    }

    @PostMapping("/ui/connect/{platform}")
    Mono<ResponseEntity<String>> connect(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        return start(platform, "/", "", exchange);
    }

    private Mono<ResponseEntity<String>> start(
            String platform, String page, String parameters, ServerWebExchange exchange) {
        GuardedProvider provider = providers.find(platform).orElseThrow(ProblemException::unknownPlatform);
        String returnTo = page + "?" + Notice.PLATFORM + "=" + platform + parameters;
        return starts.begin(provider, Session.of(exchange).caller(), returnTo, exchange)
                .map(Redirects::<String>seeOther);
    }
}
