package io.oauthservice.install;

import io.oauthservice.core.Secret;
import io.oauthservice.install.InstallFlow.Outcome;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.DataErrors;
import io.oauthservice.web.ErrorPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** The callback, to which a provider sends the browser back. */
@RestController
class CallbackController {

    private static final Logger log = LoggerFactory.getLogger(CallbackController.class);

    /** RFC 6749 section 4.1.2.1: a person or the authorization server declined. Its error codes are short ASCII words. */
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
    @ApiResponse(responseCode = "409", description = "A page: suspended at the provider, or no site was granted")
    @ApiResponse(responseCode = "502", description = "A page: the provider's data cannot be stored")
    @ApiResponse(responseCode = "503", description = "A page: the provider or the database cannot be reached")
    Mono<ResponseEntity<String>> callback(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        GuardedProvider provider = providers.find(platform).orElseThrow();
        ErrorPage.set(exchange, (status, detail) -> pages.show(provider, pages.startAgain(status, detail + ".")));
        return result(provider, exchange).map(result -> pages.show(provider, result));
    }

    private Mono<FlowResult> result(GuardedProvider provider, ServerWebExchange exchange) {
        Map<String, String> query = parameters(exchange);
        Optional<Secret> browser = browsers.find(exchange);
        String state = query.get("state");
        if (state == null && provider.isNotice(query)) {
            return Mono.just(pages.nothingToDo(provider));
        }
        if (state == null || browser.isEmpty()) {
            return Mono.just(pages.linkExpired());
        }
        return result(provider, Secret.of(state), browser.get(), query)
                .switchIfEmpty(Mono.fromSupplier(pages::linkExpired));
    }

    /** A repeated callback gets the result of the flow that consumed its state. */
    private Mono<FlowResult> result(GuardedProvider provider, Secret state, Secret browser, Map<String, String> query) {
        return flow.take(provider, state, browser)
                .onErrorResume(failure -> results.keepFailure(state).then(Mono.error(failure)))
                .flatMap(pending -> results.keep(state, complete(provider, pending, query)))
                .switchIfEmpty(Mono.defer(() -> results.find(state, provider.platform(), browser)));
    }

    private Mono<FlowResult> complete(GuardedProvider provider, PendingFlow pending, Map<String, String> query) {
        String error = query.get("error");
        if (error != null) {
            return Mono.fromSupplier(() -> rejected(provider, pending, error));
        }
        String code = query.get("code");
        Map<String, String> others = new HashMap<>(query);
        others.keySet().removeAll(OAUTH_PARAMETERS);
        return flow.complete(provider, pending, code == null ? null : Secret.of(code), others)
                .map(outcome -> completed(provider, pending, outcome))
                .onErrorResume(ProviderException.class, failure -> Mono.just(failed(provider, pending, failure)))
                .onErrorResume(DataErrors::isDataError, failure -> Mono.just(notStorable(provider, failure)));
    }

    /** A declined request is an ordinary result. Any other error of the consent page concerns the operators. */
    private FlowResult rejected(GuardedProvider provider, PendingFlow pending, String error) {
        String code = ERROR_CODE.matcher(error).matches() ? error : "unknown_error";
        boolean declined = code.equals(ACCESS_DENIED);
        log.atLevel(declined ? Level.INFO : Level.WARN)
                .log("Consent not given: platform={} error={}", provider.platform(), code);
        return declined || pending.returnTo() != null
                ? declined(provider, pending, code)
                : pages.startAgain(
                        HttpStatus.BAD_REQUEST, provider.displayName() + " reported the error " + code + ".");
    }

    private FlowResult declined(GuardedProvider provider, PendingFlow pending, String error) {
        return pending.returnTo() != null
                ? FlowResult.redirect(ReturnTo.with(pending.returnTo(), "error", error))
                : pages.denied(provider, error);
    }

    private FlowResult completed(GuardedProvider provider, PendingFlow pending, Outcome outcome) {
        String target = pending.returnTo();
        return switch (outcome) {
            case Outcome.Connected(List<Installation> installations)
            when target != null ->
                FlowResult.redirect(ReturnTo.with(
                        target, "installation_id", installations.getFirst().id().toString()));
            case Outcome.Connected(List<Installation> installations) ->
                pages.connected(provider, organisations(installations));
            case Outcome.Awaiting awaiting
            when target != null -> FlowResult.redirect(ReturnTo.with(target, "status", "pending_approval"));
            case Outcome.Awaiting awaiting -> pages.awaitingApproval(provider);
        };
    }

    private static String organisations(List<Installation> installations) {
        return installations.stream()
                .flatMap(installation -> installation.organisations().stream())
                .map(organisation -> Objects.requireNonNullElse(organisation.name(), organisation.id()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private FlowResult failed(GuardedProvider provider, PendingFlow pending, ProviderException failure) {
        log.warn(
                "OAuth callback failed: platform={} error={} ({})",
                provider.platform(),
                failure.code(),
                failure.getMessage());
        return switch (failure) {
            case DeniedByUser denied -> declined(provider, pending, denied.code());
            case BadRequest bad
            when InstallFlow.isNotStorable(bad) -> pages.notStorable(provider, bad.getMessage() + ".");
            case BadRequest bad -> pages.startAgain(HttpStatus.BAD_REQUEST, bad.getMessage() + ".");
            case ReconnectRequired ended
            when ended.ending() == Ending.SUSPENDED ->
                pages.startAgain(
                        HttpStatus.CONFLICT,
                        "The installation is suspended at " + provider.displayName()
                                + ". After an owner has unsuspended it there, it is connected.");
            case ReconnectRequired ended
            when ended.ending() == Ending.NO_SITES ->
                pages.startAgain(
                        HttpStatus.CONFLICT,
                        provider.displayName() + " was not connected, because no site was granted."
                                + " Start again and choose a site that you can use.");
            case Misconfigured wrong ->
                pages.startAgain(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "This service is misconfigured for " + provider.displayName()
                                + ". Please contact its operators; the reason is in its log.");
            case ProviderException other ->
                pages.startAgain(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        provider.displayName() + " did not answer as expected. Please try again in a minute.");
        };
    }

    private FlowResult notStorable(GuardedProvider provider, Throwable failure) {
        log.warn(
                "OAuth callback failed, data rejected by the database: platform={} error={}",
                provider.platform(),
                NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        return pages.notStorable(provider, "The data of the organisation cannot be stored.");
    }

    /** The query's parameters that have a value, each with its first one. */
    private static Map<String, String> parameters(ServerWebExchange exchange) {
        return exchange.getRequest().getQueryParams().toSingleValueMap().entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
