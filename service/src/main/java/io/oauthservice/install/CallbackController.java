package io.oauthservice.install;

import io.oauthservice.audit.Origin;
import io.oauthservice.core.Secret;
import io.oauthservice.install.InstallFlow.Outcome;
import io.oauthservice.installation.Installation;
import io.oauthservice.link.LinkStatus;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.AccessTokenRejected;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.DataErrors;
import io.oauthservice.web.ErrorPage;
import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The callback, to which a provider redirects the browser. */
@RestController
class CallbackController {

    private static final Logger log = LoggerFactory.getLogger(CallbackController.class);

    /**
     * RFC 6749 section 4.1.2.1: a person or the authorization server declined. Its error codes are short ASCII words.
     */
    private static final String ACCESS_DENIED = "access_denied";

    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,60}");
    private static final Set<String> OAUTH_PARAMETERS = Set.of("code", "state", "error");

    private final Providers providers;
    private final InstallFlow flow;
    private final FlowResults results;
    private final BrowserBinding browsers;
    private final ResultPage pages;

    CallbackController(
            Providers providers, InstallFlow flow, FlowResults results, BrowserBinding browsers, ResultPage pages) {
        this.providers = providers;
        this.flow = flow;
        this.results = results;
        this.browsers = browsers;
        this.pages = pages;
    }

    @GetMapping("/oauth/callback/{platform}")
    @Operation(
            summary = "Complete a flow",
            description = "For browsers: authenticated by the state and the browser's cookie.")
    @ApiResponse(responseCode = "200", description = "A page: connected, waiting for approval, or declined")
    @ApiResponse(responseCode = "202", description = "A page: the flow is still in progress, reload it")
    @ApiResponse(responseCode = "302", description = "To return_to, where one was given")
    @ApiResponse(responseCode = "400", description = "A page: start again")
    @ApiResponse(responseCode = "404", description = "unknown-platform")
    @ApiResponse(
            responseCode = "409",
            description =
                    "A page: suspended at the provider, no site was granted, or another account than the link is for")
    @ApiResponse(responseCode = "410", description = "A page: the install link was used, has expired, or was withdrawn")
    @ApiResponse(responseCode = "502", description = "A page: the provider's data cannot be stored")
    @ApiResponse(responseCode = "503", description = "A page: the provider or the database cannot be reached")
    Mono<ResponseEntity<String>> callback(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        GuardedProvider provider = providers.find(platform).orElseThrow(ProblemException::unknownPlatform);
        ErrorPage.set(exchange, (status, detail) -> pages.show(provider, pages.startAgain(status, detail + ".")));
        return result(provider, exchange).map(result -> pages.show(provider, result));
    }

    /** From here on, failures are also reported to the page that has opened the flow's link. */
    private void setErrorPage(GuardedProvider provider, PendingFlow pending, ServerWebExchange exchange) {
        ErrorPage.set(
                exchange,
                (status, detail) -> pages.show(
                        provider, pages.startAgain(status, detail + ".").endOf(pending)));
    }

    private Mono<FlowResult> result(GuardedProvider provider, ServerWebExchange exchange) {
        Map<String, String> query = parameters(exchange);
        Optional<Secret> browser = browsers.find(exchange);
        String state = query.get("state");
        if (state == null && provider.isNotice(query)) {
            return Mono.just(pages.nothingToDo(provider));
        }
        if (state == null || browser.isEmpty()) {
            return Mono.just(pages.flowExpired());
        }
        return result(provider, Secret.of(state), browser.get(), query, exchange)
                .switchIfEmpty(Mono.fromSupplier(pages::flowExpired));
    }

    /** A repeated callback gets the result of the flow that consumed its state. */
    private Mono<FlowResult> result(
            GuardedProvider provider,
            Secret state,
            Secret browser,
            Map<String, String> query,
            ServerWebExchange exchange) {
        return flow.take(provider, state, browser)
                .onErrorResume(failure -> results.keepFailure(state).then(Mono.error(failure)))
                .doOnNext(pending -> setErrorPage(provider, pending, exchange))
                .flatMap(pending -> results.keep(
                        state,
                        pending,
                        complete(provider, pending, state, query)
                                .map(result -> result.endOf(pending))
                                .contextWrite(actor(pending, Origin.of(exchange)))))
                .switchIfEmpty(Mono.defer(() -> results.find(state, provider.platform(), browser)));
    }

    /** The actor of the flow's changes: the caller who started it or who created its link, if there is one. */
    private static Context actor(PendingFlow pending, Origin origin) {
        String requester = pending.requestedBy();
        return (requester == null ? origin : origin.withActor(requester)).context();
    }

    private Mono<FlowResult> complete(
            GuardedProvider provider, PendingFlow pending, Secret state, Map<String, String> query) {
        String error = query.get("error");
        if (error != null) {
            return Mono.fromSupplier(() -> handleConsentError(provider, error));
        }
        String code = query.get("code");
        Map<String, String> others = new HashMap<>(query);
        others.keySet().removeAll(OAUTH_PARAMETERS);
        return flow.complete(provider, pending, state, code == null ? null : Secret.of(code), others)
                .map(outcome -> toResult(provider, outcome))
                .onErrorResume(ProviderException.class, failure -> Mono.just(handleFailure(provider, failure)))
                .onErrorResume(DataErrors::isDataError, failure -> Mono.just(notStorable(provider, failure)));
    }

    /** A declined request is an ordinary result. Any other error of the consent page concerns the operators. */
    private FlowResult handleConsentError(GuardedProvider provider, String error) {
        String code = ERROR_CODE.matcher(error).matches() ? error : "unknown_error";
        boolean declined = code.equals(ACCESS_DENIED);
        log.atLevel(declined ? Level.INFO : Level.WARN)
                .log("Consent not given: platform={} error={}", provider.platform(), code);
        return declined ? pages.denied(provider, code) : pages.rejected(provider, code);
    }

    private FlowResult toResult(GuardedProvider provider, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Connected(List<Installation> installations) ->
                pages.connected(provider, installations.getFirst().id(), organisations(installations));
            case Outcome.Awaiting awaiting -> pages.awaitingApproval(provider);
            case Outcome.WrongAccount wrong -> pages.wrongAccount(provider, wrong);
            case Outcome.LinkUnusable(LinkStatus status) -> pages.linkUnusable(status);
        };
    }

    private static String organisations(List<Installation> installations) {
        return FlowResult.names(installations.stream().flatMap(installation -> installation.organisations().stream()));
    }

    private FlowResult handleFailure(GuardedProvider provider, ProviderException failure) {
        log.warn(
                "OAuth callback failed: platform={} error={} ({})",
                provider.platform(),
                failure.code(),
                failure.getMessage());
        String code = failure.code();
        return switch (failure) {
            case DeniedByUser denied -> pages.denied(provider, code);
            case BadRequest bad
            when NewGrants.isNotStorable(bad) -> pages.notStorable(provider, code, bad.getMessage() + ".");
            case BadRequest bad -> pages.failed(HttpStatus.BAD_REQUEST, code, bad.getMessage() + ".");
            case GrantEnded ended -> handleEndedGrant(provider, ended);
            case Misconfigured wrong ->
                pages.failed(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        code,
                        "This service is misconfigured for " + provider.displayName()
                                + ". Please contact its operators; the reason is in its log.");
            case Retryable outage -> tryAgain(provider, code);
            case RateLimited limited -> tryAgain(provider, code);
            case AccessTokenRejected rejected -> tryAgain(provider, code);
        };
    }

    private FlowResult handleEndedGrant(GuardedProvider provider, GrantEnded failure) {
        String code = failure.code();
        return switch (failure.ending()) {
            case SUSPENDED ->
                pages.failed(
                        HttpStatus.CONFLICT,
                        code,
                        "The installation is suspended at " + provider.displayName()
                                + ". After an owner has unsuspended it there, it is connected.");
            case NO_SITES ->
                pages.failed(
                        HttpStatus.CONFLICT,
                        code,
                        provider.displayName() + " was not connected, because no site was granted."
                                + " Start again and choose a site that you can use.");
            case REFRESH_REFUSED, UNINSTALLED, TOKENS_REVOKED, EXPIRED -> tryAgain(provider, code);
        };
    }

    private FlowResult tryAgain(GuardedProvider provider, String code) {
        return pages.failed(
                HttpStatus.SERVICE_UNAVAILABLE,
                code,
                provider.displayName() + " did not answer as expected. Please try again in a minute.");
    }

    private FlowResult notStorable(GuardedProvider provider, Throwable failure) {
        log.warn(
                "OAuth callback failed, data rejected by the database: platform={} error={}",
                provider.platform(),
                NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        return pages.notStorable(provider, "not_storable", "The data of the organisation cannot be stored.");
    }

    /** The query's parameters that have a value, each with its first one. */
    private static Map<String, String> parameters(ServerWebExchange exchange) {
        return exchange.getRequest().getQueryParams().toSingleValueMap().entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
