package io.oauthservice.access;

import io.oauthservice.core.Secret;
import java.net.InetAddress;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Identifies the caller of a request by an API key or a JWT of a configured issuer. Keys are looked up by their hash,
 * so that the time of a look-up reveals nothing about other keys.
 */
@Component
public class Callers {

    private static final Logger log = LoggerFactory.getLogger(Callers.class);
    private static final String BEARER = "bearer ";

    private final Clients clients;
    private final JwtCallers jwts;
    private final Clock clock;

    Callers(AccessProperties properties, Clients clients, JwtCallers jwts, Clock clock) {
        this.clients = clients;
        this.jwts = jwts;
        this.clock = clock;
        if (clients.current().isEmpty() && properties.issuers().isEmpty()) {
            log.warn(
                    "No API client configured, every call that requires a caller is rejected: setting=oauth.access.clients");
        }
    }

    /**
     * Identifies a caller without I/O: by an API key, or by a JWT that {@link #validate} accepted within the last
     * minute. Null for any other credential.
     *
     * @param authorization the {@code Authorization} header
     */
    public @Nullable Caller identify(String authorization) {
        int offset = credentialOffset(authorization);
        return offset < 0 ? null : findByHash(Secret.sha256(authorization, offset));
    }

    /**
     * The caller of a request without credentials. Null unless its address is proved and may call without them.
     *
     * @param from see {@link ClientAddresses}
     */
    public @Nullable Caller identifyAnonymous(@Nullable InetAddress from) {
        return from == null ? null : clients.current().findAnonymous(from);
    }

    /**
     * The API client of a key as it is configured now. Null where the key is unknown or has expired.
     *
     * @param keySha256 in hex
     */
    public @Nullable Caller findClient(String keySha256) {
        return clients.current().find(keySha256, clock);
    }

    /**
     * The name of a caller for pages: the {@code display-name} of an API client; otherwise the caller's name. Operators
     * choose these names, not the callers.
     *
     * @param caller the name of a {@link Caller}
     */
    public String displayName(String caller) {
        return clients.current().displayNames().getOrDefault(caller, caller);
    }

    /**
     * Whether the caller of this name still has the permission. True for subjects of JWTs and for people: only their
     * credentials contain their permissions.
     */
    public boolean mayStill(String name, String permission) {
        return !AccessFileParser.isName(name) || clients.current().may(name, permission);
    }

    /** Identifies a caller; validates a JWT that is not cached. Empty and failed as {@link #validate}. */
    public Mono<Caller> authenticate(@Nullable String authorization, @Nullable InetAddress from) {
        return Mono.fromSupplier(() -> authorization == null ? identifyAnonymous(from) : identify(authorization))
                .switchIfEmpty(Mono.defer(() -> validate(authorization)));
    }

    /**
     * Validates a JWT. Empty where it is not valid; fails with a 503 problem where the issuer's keys are unavailable.
     */
    Mono<Caller> validate(@Nullable String authorization) {
        String credential = bearerCredential(authorization);
        return credential == null ? Mono.empty() : jwts.validate(credential);
    }

    /** Null where there is no credential of the Bearer scheme. */
    static @Nullable String bearerCredential(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        int offset = credentialOffset(authorization);
        return offset < 0 ? null : authorization.substring(offset);
    }

    /**
     * Where the credential begins; -1 where there is none. It ends with the header, which HTTP parsers have trimmed.
     */
    private static int credentialOffset(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return -1;
        }
        int offset = BEARER.length();
        while (offset < authorization.length() && Character.isWhitespace(authorization.charAt(offset))) {
            offset++;
        }
        return offset;
    }

    private @Nullable Caller findByHash(String hash) {
        Caller client = findClient(hash);
        return client == null ? jwts.findValidated(hash) : client;
    }
}
