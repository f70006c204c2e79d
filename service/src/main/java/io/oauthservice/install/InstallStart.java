package io.oauthservice.install;

import io.oauthservice.access.Caller;
import io.oauthservice.audit.AuditCounts;
import io.oauthservice.audit.Origin;
import io.oauthservice.link.InstallLink;
import io.oauthservice.link.InstallLinks;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.web.FailureProblems;
import io.oauthservice.web.ProblemException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Starts and records flows: for callers, browsers without a caller, and install links. A flow is bound to the browser
 * of its request, which must have been sent to the callback's host.
 */
@Component
public class InstallStart {

    private static final Logger log = LoggerFactory.getLogger(InstallStart.class);

    private final InstallFlow flow;
    private final BrowserBinding browsers;
    private final ReturnTo returnTo;
    private final InstallLinks links;
    private final AuditCounts counts;

    InstallStart(InstallFlow flow, BrowserBinding browsers, ReturnTo returnTo, InstallLinks links, AuditCounts counts) {
        this.flow = flow;
        this.browsers = browsers;
        this.returnTo = returnTo;
        this.links = links;
        this.counts = counts;
    }

    /**
     * The address of the consent page, for a caller of the page. Fails with a 503 problem where the provider has none
     * at the moment.
     *
     * @param target where the browser is sent at the end, with the outcome in its query
     * @throws ProblemException 403 without {@code installations:write}
     */
    public Mono<URI> begin(GuardedProvider provider, Caller caller, String target, ServerWebExchange exchange) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        return beginPermitted(provider, caller, returnTo.checked(target), exchange);
    }

    /**
     * The same where it is permitted already.
     *
     * @param caller null: a browser without a caller
     * @param checked where the browser is sent at the end; null: to a page
     */
    Mono<URI> beginPermitted(
            GuardedProvider provider, @Nullable Caller caller, @Nullable String checked, ServerWebExchange exchange) {
        return flow.begin(provider, browsers.of(exchange), checked, caller == null ? null : caller.name(), null, null)
                .delayUntil(consentPage -> record(provider, caller, exchange))
                .onErrorMap(ProviderException.class, failure -> unavailable(provider, failure));
    }

    /** The same for a person who has an install link. */
    Mono<URI> beginLinked(GuardedProvider provider, InstallLink link, ServerWebExchange exchange) {
        return flow.begin(
                        provider,
                        browsers.of(exchange),
                        link.terms().returnTo(),
                        link.terms().createdBy(),
                        link.id(),
                        link.terms().openerOrigin())
                .delayUntil(consentPage -> links.recordOpened(link))
                .onErrorMap(ProviderException.class, failure -> unavailable(provider, failure));
    }

    /** Counted: flows may be started in a loop. */
    private Mono<Void> record(GuardedProvider provider, @Nullable Caller caller, ServerWebExchange exchange) {
        return Mono.fromRunnable(() -> counts.countStart(
                provider.platform().id(),
                caller == null ? Origin.BROWSER : caller.name(),
                Origin.address(exchange.getRequest())));
    }

    private static ProblemException unavailable(GuardedProvider provider, ProviderException failure) {
        log.warn(
                "Install flow not started: platform={} error={} ({})",
                provider.platform(),
                failure.code(),
                failure.getMessage());
        return FailureProblems.of(failure, "The provider's consent page is not available. Try again later.");
    }
}
