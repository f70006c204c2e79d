package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The caller of a stream, who is identified again and again while the stream is open.
 *
 * @param identify the caller as its credential identifies it now; empty if it identifies none
 * @param endReason the reason in the event {@code end} once the credential identifies no caller
 */
public record StreamCaller(Caller opened, Supplier<Mono<Caller>> identify, String endReason) {}
