package io.oauthservice.install;

import io.oauthservice.core.Secret;
import io.oauthservice.install.InstallFlow.Outcome;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.DataErrors;
import io.oauthservice.web.ErrorPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Where the provider sends the browser back to. */
@RestController
class CallbackController {

    private static final Logger log = LoggerFactory.getLogger(CallbackController.class);
    private static final String DECLINED = "access_denied";
    private static final Pattern ERROR_WORD = Pattern.compile("[a-z_]{1,60}");
    private static final List<String> NOT_HINTS = List.of("code", "state", "error");
    private static final String UNKNOWN_STATE =
            "This page was reached without a request that this browser has started, or too late.";

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
    @Operation(summary = "The provider's way back", description = "For browsers: proves itself by state and cookie.")
    @ApiResponse(responseCode = "200", description = "A page: connected, waiting for approval, or declined")
    @ApiResponse(responseCode = "302", description = "To return_to, where one was given")
    @ApiResponse(responseCode = "400", description = "A page: start again")
    @ApiResponse(responseCode = "404", description = "unknown-platform")
    @ApiResponse(responseCode = "503", description = "A page: the provider or the database cannot be reached")
    Mono<ResponseEntity<String>> callback(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        OAuthProvider provider = providers.find(platform).orElseThrow();
        ErrorPage.set(exchange, (status, detail) -> pages.show(provider, pages.startAgain(status, detail + ".")));
        return result(provider, exchange).map(result -> pages.show(provider, result));
    }

    private Mono<FlowResult> result(OAuthProvider provider, ServerWebExchange exchange) {
        MultiValueMap<String, String> query = exchange.getRequest().getQueryParams();
        Optional<Secret> browser = browsers.find(exchange);
        String state = query.getFirst("state");
        if (state == null && "update".equals(query.getFirst("setup_action"))) {
            return Mono.just(pages.nothingToDo(provider));
        }
        if (state == null || browser.isEmpty()) {
            return Mono.just(pages.startAgain(HttpStatus.BAD_REQUEST, UNKNOWN_STATE));
        }
        return result(provider, Secret.of(state), browser.get(), query)
                .defaultIfEmpty(pages.startAgain(HttpStatus.BAD_REQUEST, UNKNOWN_STATE));
    }

    /** Where the state is taken already, the result of the flow that took it. */
    private Mono<FlowResult> result(
            OAuthProvider provider, Secret state, Secret browser, MultiValueMap<String, String> query) {
        return flow.take(provider, state, browser)
                .onErrorResume(failure -> results.keepFailure(state).then(Mono.error(failure)))
                .flatMap(pending -> results.keep(state, cameBack(provider, pending, query)))
                .switchIfEmpty(Mono.defer(() -> results.find(state, provider.platform(), browser)));
    }

    private Mono<FlowResult> cameBack(
            OAuthProvider provider, PendingFlow pending, MultiValueMap<String, String> query) {
        String error = query.getFirst("error");
        if (error != null) {
            return Mono.fromSupplier(() -> refused(provider, pending, error));
        }
        String code = query.getFirst("code");
        return flow.complete(provider, pending, code == null ? null : Secret.of(code), hints(query))
                .map(outcome -> shown(provider, pending, outcome))
                .onErrorResume(ProviderException.class, failure -> Mono.just(failed(provider, pending, failure)))
                .onErrorResume(DataErrors::isDataError, failure -> Mono.just(notStorable(provider, failure)));
    }

    private FlowResult notStorable(OAuthProvider provider, Throwable failure) {
        log.warn(
                "The flow failed, the database does not accept the data: platform={} error={}",
                provider.platform(),
                NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        return pages.notStorable(provider, "What it says about the organisation cannot be stored.");
    }

    /** A person's no is an answer; any other error at the consent page is something for our operators. */
    private FlowResult refused(OAuthProvider provider, PendingFlow pending, String error) {
        String word = ERROR_WORD.matcher(error).matches() ? error : "unknown_error";
        boolean declined = word.equals(DECLINED);
        log.atLevel(declined ? Level.INFO : Level.WARN)
                .log("No consent: platform={} error={}", provider.platform(), word);
        return declined || pending.returnTo() != null
                ? declined(provider, pending, word)
                : pages.startAgain(HttpStatus.BAD_REQUEST, provider.displayName() + " gave no consent (" + word + ").");
    }

    private FlowResult declined(OAuthProvider provider, PendingFlow pending, String error) {
        return pending.returnTo() != null
                ? FlowResult.redirect(ReturnTo.with(pending.returnTo(), "error", error))
                : pages.denied(provider, error);
    }

    private FlowResult shown(OAuthProvider provider, PendingFlow pending, Outcome outcome) {
        String target = pending.returnTo();
        return switch (outcome) {
            case Outcome.Connected connected
            when target != null -> {
                Installation first = connected.installations().getFirst();
                yield FlowResult.redirect(
                        ReturnTo.with(target, "installation_id", first.id().toString()));
            }
            case Outcome.Connected connected -> pages.connected(provider, organisations(connected.installations()));
            case Outcome.Awaiting awaiting
            when target != null -> FlowResult.redirect(ReturnTo.with(target, "status", "pending_approval"));
            case Outcome.Awaiting awaiting -> pages.awaitingApproval(provider);
        };
    }

    private FlowResult failed(OAuthProvider provider, PendingFlow pending, ProviderException failure) {
        log.warn(
                "The flow failed: platform={} error={} ({})",
                provider.platform(),
                failure.code(),
                failure.getMessage());
        return switch (failure) {
            case DeniedByUser denied -> declined(provider, pending, denied.code());
            case BadRequest bad
            when InstallFlow.isNotStorable(bad) -> pages.notStorable(provider, bad.getMessage() + ".");
            case BadRequest bad -> pages.startAgain(HttpStatus.BAD_REQUEST, bad.getMessage() + ".");
            case Misconfigured wrong ->
                pages.startAgain(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "This service is not set up rightly for " + provider.displayName()
                                + "; its operators can see why.");
            case ProviderException other ->
                pages.startAgain(
                        HttpStatus.SERVICE_UNAVAILABLE, provider.displayName() + " did not answer as it should.");
        };
    }

    private static String organisations(List<Installation> installations) {
        return installations.stream()
                .flatMap(installation -> installation.organisations().stream())
                .map(organisation -> Objects.requireNonNullElse(organisation.name(), organisation.id()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static Map<String, String> hints(MultiValueMap<String, String> query) {
        return query.toSingleValueMap().entrySet().stream()
                .filter(entry -> !NOT_HINTS.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> valueOf(entry.getValue())));
    }

    private static String valueOf(@Nullable String value) {
        return value == null ? "" : value;
    }
}
