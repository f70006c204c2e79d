package io.oauthservice.install;

import io.oauthservice.core.Secret;
import io.oauthservice.install.InstallFlow.Outcome;
import io.oauthservice.install.InstallFlow.Outcome.ChosenAccount;
import io.oauthservice.install.NewGrants.Described;
import io.oauthservice.installation.ConnectTerms;
import io.oauthservice.installation.GrantConnector;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.NotConnectedException;
import io.oauthservice.installation.RefusedGrants;
import io.oauthservice.link.InstallLink;
import io.oauthservice.link.InstallLinks;
import io.oauthservice.link.LinkLostException;
import io.oauthservice.link.LinkStatus;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.NewGrant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The end of a flow with an install link. The link is claimed before the code is redeemed, so that a second person's
 * code is not redeemed for nothing, and spent in the transaction that stores the grant. A flow that fails releases it.
 */
@Component
class LinkedFlow {

    private static final Logger log = LoggerFactory.getLogger(LinkedFlow.class);

    private final InstallLinks links;
    private final GrantConnector connector;
    private final RefusedGrants refused;
    private final NewGrants grants;
    private final ExpectedAccounts accounts;

    LinkedFlow(
            InstallLinks links,
            GrantConnector connector,
            RefusedGrants refused,
            NewGrants grants,
            ExpectedAccounts accounts) {
        this.links = links;
        this.connector = connector;
        this.refused = refused;
        this.grants = grants;
        this.accounts = accounts;
    }

    /** Never empty. */
    Mono<Outcome> complete(GuardedProvider provider, PendingFlow flow, Callback callback, Claim claim) {
        return links.claim(claim.link(), claim.state())
                .flatMap(link -> redeem(provider, flow, callback, claim, link)
                        .delayUntil(outcome -> keepsClaim(outcome) ? Mono.empty() : release(claim))
                        .onErrorResume(failure -> release(claim).then(Mono.error(failure))))
                .switchIfEmpty(Mono.defer(() -> unusable(claim)));
    }

    private static boolean keepsClaim(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Connected connected -> true;
            case Outcome.Awaiting awaiting -> true;
            case Outcome.WrongAccount wrong -> false;
            case Outcome.LinkUnusable unusable -> false;
        };
    }

    /** A claim that is not released expires. */
    private Mono<Void> release(Claim claim) {
        return links.release(claim.link(), claim.state()).onErrorComplete();
    }

    private Mono<Outcome> unusable(Claim claim) {
        return links.find(claim.link())
                .map(InstallLink::status)
                .defaultIfEmpty(LinkStatus.EXPIRED)
                .map(Outcome.LinkUnusable::new);
    }

    private Mono<Outcome> redeem(
            GuardedProvider provider, PendingFlow flow, Callback callback, Claim claim, InstallLink link) {
        return provider.exchangeCode(callback).flatMap(consent -> switch (consent) {
            case Consent.Granted granted -> connect(provider, flow, claim, link, granted.grants());
            case Consent.AwaitingApproval awaiting -> awaitApproval(provider, claim, link, awaiting);
        });
    }

    /** All grants of a consent are of one account: one that is expected is enough. */
    private Mono<Outcome> connect(
            GuardedProvider provider,
            PendingFlow flow,
            Claim claim,
            InstallLink link,
            List<? extends NewGrant> consented) {
        return Flux.fromIterable(consented)
                .concatMap(grant -> grants.describe(provider, grant)
                        .map(described -> new Result(described, null))
                        .onErrorResume(failure -> Mono.just(new Result(null, failure))))
                .collectList()
                .flatMap(results -> {
                    List<Described> described = results.stream()
                            .flatMap(result -> result.described().stream())
                            .toList();
                    boolean expected = described.stream().anyMatch(grant -> accounts.isExpected(link, grant.info()));
                    return expected
                            ? store(provider, flow, claim, link, described)
                                    .delayUntil(stored -> failOnFirstFailure(results))
                            : failOnFirstFailure(results)
                                    .then(Mono.defer(() -> refuse(provider, flow, link, described)));
                });
    }

    private static Mono<Void> failOnFirstFailure(List<Result> results) {
        return Flux.fromIterable(results)
                .concatMap(result -> Mono.justOrEmpty(result.failure()))
                .next()
                .flatMap(Mono::error);
    }

    private Mono<Outcome> store(
            GuardedProvider provider, PendingFlow flow, Claim claim, InstallLink link, List<Described> described) {
        ConnectTerms terms = new ConnectTerms(
                false,
                link.terms().labels(),
                link.terms().visibleOrganisations(),
                id -> links.spend(claim.link(), claim.state(), id));
        return Flux.fromIterable(described)
                .concatMap(grant -> grants.store(provider, flow, grant, terms))
                .collectList()
                .<Outcome>map(Outcome.Connected::new)
                .onErrorResume(
                        LinkLostException.class,
                        lost -> keepOrDiscard(provider, flow, described).then(Mono.defer(() -> unusable(claim))));
    }

    private Mono<Outcome> refuse(
            GuardedProvider provider, PendingFlow flow, InstallLink link, List<Described> described) {
        return keepOrDiscard(provider, flow, described)
                .doOnNext(kept -> log.info(
                        "Install link used with another account: platform={} id={} connected={}",
                        provider.platform(),
                        link.id(),
                        kept.stream().map(Installation::id).toList()))
                .zipWith(
                        accounts.name(link),
                        (kept, expected) -> new Outcome.WrongAccount(
                                names(described.stream().map(Described::info).toList()),
                                expected,
                                kept.isEmpty() ? ChosenAccount.NOT_STORED : ChosenAccount.CONNECTED));
    }

    /**
     * A grant that is connected here gets the new tokens, because the provider may have invalidated the old ones, or
     * would revoke both together. Every other grant is revoked at the provider. Returns those that are connected.
     */
    private Mono<List<Installation>> keepOrDiscard(
            GuardedProvider provider, PendingFlow flow, List<Described> described) {
        return Flux.fromIterable(described)
                .concatMap(grant -> grants.store(provider, flow, grant, ConnectTerms.ONLY_CONNECTED)
                        .onErrorResume(
                                NotConnectedException.class,
                                unknown -> revoke(provider, grant).then(Mono.empty())))
                .collectList();
    }

    /** The refusal keeps other flows from connecting this grant meanwhile: their token may be the one revoked here. */
    private Mono<Void> revoke(GuardedProvider provider, Described grant) {
        return grants.discard(provider, grant.grant(), false)
                .then(Mono.defer(
                        () -> refused.finish(provider.platform(), grant.info().grantKey())))
                .onErrorComplete();
    }

    private Mono<Outcome> awaitApproval(
            GuardedProvider provider, Claim claim, InstallLink link, Consent.AwaitingApproval awaiting) {
        List<InstallationInfo> requested = awaiting.requested();
        if (requested.isEmpty()) {
            return toOutcome(claim, links.holdForApproval(claim.link(), claim.state(), null));
        }
        return requested.stream()
                .filter(info -> accounts.isExpected(link, info))
                .findFirst()
                .map(expected ->
                        toOutcome(claim, awaitApproval(provider, claim, link, expected, awaiting.requesterId())))
                .orElseGet(() -> accounts.name(link)
                        .map(expected -> new Outcome.WrongAccount(
                                names(List.of(requested.getFirst())), expected, ChosenAccount.REQUESTED)));
    }

    /** One transaction records the request and makes the link wait: the approval may follow immediately. */
    private Mono<Void> awaitApproval(
            GuardedProvider provider,
            Claim claim,
            InstallLink link,
            InstallationInfo expected,
            @Nullable String requesterId) {
        ConnectTerms terms = new ConnectTerms(
                false,
                link.terms().labels(),
                link.terms().visibleOrganisations(),
                id -> links.holdForApproval(claim.link(), claim.state(), id));
        return connector
                .awaitApproval(provider.platform(), provider.registration(), expected, requesterId, terms)
                .hasElement()
                .flatMap(awaits -> awaits ? Mono.empty() : links.holdForApproval(claim.link(), claim.state(), null));
    }

    private Mono<Outcome> toOutcome(Claim claim, Mono<Void> held) {
        return held.<Outcome>thenReturn(new Outcome.Awaiting())
                .onErrorResume(LinkLostException.class, lost -> unusable(claim));
    }

    private static String names(List<InstallationInfo> chosen) {
        return FlowResult.names(chosen.stream().flatMap(info -> info.organisations().stream()));
    }

    /** @param state of the flow that claims the link */
    record Claim(UUID link, Secret state) {}

    /** What the provider says about a grant, or its failure. */
    private record Result(
            @Nullable Described grant, @Nullable Throwable failure) {

        List<Described> described() {
            return grant == null ? List.of() : List.of(grant);
        }
    }
}
