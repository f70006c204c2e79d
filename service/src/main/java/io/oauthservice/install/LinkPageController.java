package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.link.InstallLink;
import io.oauthservice.link.InstallLinks;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.CallbackHost;
import io.oauthservice.web.ErrorPage;
import io.oauthservice.web.FormToken;
import io.oauthservice.web.Forms;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.Redirects;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The page of an install link. A GET changes nothing, because programs that preview links open it as well; only the
 * form starts the flow.
 */
@Hidden
@RestController
class LinkPageController {

    private final Providers providers;
    private final InstallLinks links;
    private final InstallStart starts;
    private final BrowserBinding browsers;
    private final CallbackHost host;
    private final LinkPage page;
    private final ResultPage results;

    LinkPageController(
            Providers providers,
            InstallLinks links,
            InstallStart starts,
            BrowserBinding browsers,
            CallbackHost host,
            LinkPage page,
            ResultPage results) {
        this.providers = providers;
        this.links = links;
        this.starts = starts;
        this.browsers = browsers;
        this.host = host;
        this.page = page;
        this.results = results;
    }

    @GetMapping(path = "/oauth/install/{platform}", params = "link")
    Mono<ResponseEntity<String>> show(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        GuardedProvider provider = prepare(platform, exchange);
        if (!host.isRequested(exchange)) {
            return Mono.just(Redirects.found(host.sameRequest(exchange)));
        }
        Optional<Secret> secret = secret(exchange.getRequest().getQueryParams());
        secret.ifPresent(link -> setErrorPage(provider, link, exchange));
        return find(secret, provider.platform())
                .flatMap(link -> show(provider, link, secret.orElseThrow(), exchange))
                .switchIfEmpty(Mono.fromSupplier(() -> results.show(provider, results.unknownLink())));
    }

    private Mono<ResponseEntity<String>> show(
            GuardedProvider provider, InstallLink link, Secret secret, ServerWebExchange exchange) {
        if (link.status().isOver()) {
            return Mono.fromSupplier(() -> unusable(provider, link));
        }
        if (link.awaitsApproval()) {
            return Mono.fromSupplier(() ->
                    results.show(provider, results.awaitingApproval(provider).onPageOf(link)));
        }
        Secret browser = browsers.of(exchange);
        return page.show(provider, link, secret, FormToken.of(browser, purpose(secret)));
    }

    private ResponseEntity<String> unusable(GuardedProvider provider, InstallLink link) {
        return results.show(provider, results.linkUnusable(link.status()).onPageOf(link));
    }

    @PostMapping(path = "/oauth/install/{platform}", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> start(@PathVariable("platform") String platform, ServerWebExchange exchange) {
        GuardedProvider provider = prepare(platform, exchange);
        return Forms.read(exchange).flatMap(form -> start(provider, form, exchange));
    }

    private Mono<ResponseEntity<String>> start(
            GuardedProvider provider, MultiValueMap<String, String> form, ServerWebExchange exchange) {
        Optional<Secret> secret = secret(form);
        Optional<Secret> browser = browsers.find(exchange);
        if (secret.isPresent() && !isOwnForm(form, secret.get(), browser, exchange)) {
            return Mono.fromSupplier(() -> results.show(provider, results.openLinkAgain(), secret.get()));
        }
        secret.ifPresent(link -> setErrorPage(provider, link, exchange));
        return find(secret, provider.platform())
                .flatMap(link -> link.status().isOver()
                        ? Mono.fromSupplier(() -> unusable(provider, link))
                        : starts.beginLinked(provider, link, exchange).map(Redirects::<String>seeOther))
                .switchIfEmpty(Mono.fromSupplier(() -> results.show(provider, results.unknownLink())));
    }

    /** People get pages for problems as well. */
    private GuardedProvider prepare(String platform, ServerWebExchange exchange) {
        GuardedProvider provider = providers.find(platform).orElseThrow(ProblemException::unknownPlatform);
        ErrorPage.set(exchange, (status, detail) -> results.show(provider, results.notNow(status, detail)));
        return provider;
    }

    private void setErrorPage(GuardedProvider provider, Secret link, ServerWebExchange exchange) {
        ErrorPage.set(exchange, (status, detail) -> results.show(provider, results.notNow(status, detail), link));
    }

    private static Optional<Secret> secret(MultiValueMap<String, String> parameters) {
        return Optional.ofNullable(parameters.getFirst("link")).flatMap(Secret::parseRandom);
    }

    private Mono<InstallLink> find(Optional<Secret> secret, Platform platform) {
        return Mono.justOrEmpty(secret).flatMap(known -> links.find(known, platform));
    }

    private boolean isOwnForm(
            MultiValueMap<String, String> form, Secret secret, Optional<Secret> browser, ServerWebExchange exchange) {
        return host.isSender(exchange)
                && "connect".equals(form.getFirst("decision"))
                && browser.filter(known -> FormToken.matches(known, purpose(secret), form.getFirst("token")))
                        .isPresent();
    }

    private static String purpose(Secret link) {
        return "link " + link.value();
    }
}
