package io.oauthservice.installation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The conditions under which a grant is connected.
 *
 * @param onlyConnected whether only a grant that is connected here already may be stored. Any other fails with
 *     {@link NotConnectedException}, and cannot be connected for a minute or until {@link RefusedGrants#finish}
 * @param labels added if the installation is new or was revoked, or if the caller that gave them could see it before
 * @param visibleOrganisations the ids of the organisations that the caller who gave the labels is limited to; null: not
 *     limited
 * @param inTransaction takes part in the transaction after the row is written; its failure rolls the transaction back
 */
public record ConnectTerms(
        boolean onlyConnected,
        Map<String, String> labels,
        @Nullable List<String> visibleOrganisations,
        Function<InstallationId, Mono<Void>> inTransaction) {

    /** The conditions of a flow without a link. */
    public static final ConnectTerms WITHOUT_LINK = new ConnectTerms(false, Map.of(), null, id -> Mono.empty());

    /** Stores the tokens of a grant that is connected here, and nothing else. */
    public static final ConnectTerms ONLY_CONNECTED = new ConnectTerms(true, Map.of(), null, id -> Mono.empty());

    public ConnectTerms {
        labels = Map.copyOf(labels);
    }
}
