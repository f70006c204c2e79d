package io.oauthservice.install;

import io.oauthservice.core.Secret;
import io.oauthservice.installation.ConnectTerms;
import io.oauthservice.installation.GrantConnector;
import io.oauthservice.installation.Installation;
import io.oauthservice.link.LinkStatus;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.NewGrant;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The install flow without HTTP: from the start to the provider, and from the callback to stored installations. */
@Component
class InstallFlow {

    private final States states;
    private final GrantConnector connector;
    private final NewGrants grants;
    private final LinkedFlow linked;
    private final PublicAddress address;

    InstallFlow(States states, GrantConnector connector, NewGrants grants, LinkedFlow linked, PublicAddress address) {
        this.states = states;
        this.connector = connector;
        this.grants = grants;
        this.linked = linked;
        this.address = address;
    }

    /**
     * The address of the consent page. The state is stored before the result is emitted.
     *
     * @param link the install link that the flow uses; null: none
     * @param openerOrigin of the page that gets the outcome; null: none
     */
    Mono<URI> begin(
            GuardedProvider provider,
            Secret browser,
            @Nullable String returnTo,
            @Nullable String requestedBy,
            @Nullable UUID link,
            @Nullable String openerOrigin) {
        Secret state = Secret.random();
        Secret verifier = provider.description().pkce() ? Secret.random() : null;
        URI redirectUri = address.callbackUrl(provider.platform().id());
        PendingFlow flow = new PendingFlow(redirectUri, verifier, returnTo, requestedBy, link, openerOrigin);
        return provider.authorizationUrl(new Authorization(state, redirectUri, verifier))
                .delayUntil(url -> states.put(state, provider.platform(), browser, flow));
    }

    /** Consumes the state. Empty where it is unknown, expired, used, or of another browser. */
    Mono<PendingFlow> take(GuardedProvider provider, Secret state, Secret browser) {
        return states.take(state, provider.platform(), browser);
    }

    /**
     * Redeems the code and stores the grants. Must not be cancelled: the code works once.
     *
     * @param state the one that was consumed
     * @param parameters the query's other parameters
     */
    Mono<Outcome> complete(
            GuardedProvider provider,
            PendingFlow flow,
            Secret state,
            @Nullable Secret code,
            Map<String, String> parameters) {
        Callback callback = new Callback(code, flow.redirectUri(), flow.codeVerifier(), parameters);
        UUID link = flow.link();
        return link == null
                ? redeem(provider, flow, callback)
                : linked.complete(provider, flow, callback, new LinkedFlow.Claim(link, state));
    }

    private Mono<Outcome> redeem(GuardedProvider provider, PendingFlow flow, Callback callback) {
        return provider.exchangeCode(callback).flatMap(consent -> switch (consent) {
            case Consent.Granted granted -> connect(provider, flow, granted.grants());
            case Consent.AwaitingApproval awaiting -> awaitApproval(provider, awaiting);
        });
    }

    /** A grant that cannot be stored does not prevent the others from being stored. */
    private Mono<Outcome> connect(GuardedProvider provider, PendingFlow flow, List<? extends NewGrant> consented) {
        return Flux.fromIterable(consented)
                .concatMapDelayError(grant -> grants.describe(provider, grant)
                        .flatMap(described -> grants.store(provider, flow, described, ConnectTerms.WITHOUT_LINK)))
                .collectList()
                .<Outcome>map(Outcome.Connected::new)
                .onErrorMap(
                        Exceptions::isMultiple,
                        all -> Exceptions.unwrapMultiple(all).getFirst());
    }

    private Mono<Outcome> awaitApproval(GuardedProvider provider, Consent.AwaitingApproval awaiting) {
        Mono<Void> stored = awaiting.requested().isEmpty()
                ? Mono.empty()
                : connector
                        .awaitApproval(
                                provider.platform(),
                                provider.registration(),
                                awaiting.requested().getFirst(),
                                awaiting.requesterId(),
                                ConnectTerms.WITHOUT_LINK)
                        .then();
        return stored.thenReturn(new Outcome.Awaiting());
    }

    sealed interface Outcome {
        record Connected(List<Installation> installations) implements Outcome {}

        record Awaiting() implements Outcome {}

        /**
         * The person chose another account than the link is for.
         *
         * @param chosen the names of what was chosen
         * @param expected the name of what the link is for
         * @param account the state of the chosen account
         */
        record WrongAccount(String chosen, String expected, ChosenAccount account) implements Outcome {}

        /** The state of an account that is not the expected one. */
        enum ChosenAccount {
            /** It was connected before and still is. */
            CONNECTED,
            /** A request for approval at the provider. */
            REQUESTED,
            /** Nothing was stored here, and its tokens were revoked at the provider as far as possible. */
            NOT_STORED
        }

        /** The flow's link cannot be used; nothing was stored. */
        record LinkUnusable(LinkStatus status) implements Outcome {}
    }
}
