package io.oauthservice.audit;

import io.oauthservice.access.Caller;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Who causes what follows, and from where. It is part of the Reactor context; work that is shared by several requests,
 * or that no request has started, is the service's own.
 *
 * @param actor a caller's name, or one of the names below
 * @param address where the request came from; null: there is none
 */
public record Origin(String actor, @Nullable InetAddress address) {

    /** A request without a caller: a person in an install flow. */
    public static final String BROWSER = "browser";

    public static final String SERVICE = "service";
    public static final String WEBHOOK = "webhook";
    public static final String RECONCILIATION = "reconciliation";

    static final String ADDRESS = Origin.class.getName() + ".address";

    /** The origin of a request. */
    public static Origin of(ServerWebExchange exchange) {
        Caller caller = Caller.of(exchange);
        return new Origin(caller == null ? BROWSER : caller.name(), address(exchange.getRequest()));
    }

    /** The context of work that this actor causes without a request. */
    public static Context context(String actor) {
        return new Origin(actor, null).context();
    }

    static Origin of(ContextView context) {
        return context.<Origin>getOrEmpty(Origin.class).orElseGet(() -> new Origin(SERVICE, null));
    }

    /** The address of a request's sender, as {@link OriginFilter} found it. Null where it is not known. */
    public static @Nullable InetAddress address(ServerHttpRequest request) {
        return (InetAddress) request.getAttributes().get(ADDRESS);
    }

    public Origin withActor(String other) {
        return new Origin(other, address);
    }

    /** To be written into the context of what this origin causes. */
    public Context context() {
        return Context.of(Origin.class, this);
    }
}
