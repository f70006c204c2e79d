package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.LabelFilter;
import io.oauthservice.listing.InstallationStreams;
import io.oauthservice.listing.StreamCaller;
import io.oauthservice.listing.StreamFilter;
import io.oauthservice.session.Session;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** The stream of changes for the page, whose script cannot send an API key. */
@RestController
@Hidden
class PageStreamController {

    private final InstallationStreams streams;

    PageStreamController(InstallationStreams streams) {
        this.streams = streams;
    }

    /** The page reads its list again whenever it connects, so that it needs no earlier changes. */
    @GetMapping(path = "/ui/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<Flux<ServerSentEvent<String>>> stream(ServerWebExchange exchange) {
        Session session = Session.of(exchange);
        session.caller().require(Caller.INSTALLATIONS_READ);
        return streams.open(
                new StreamCaller(session.caller(), session.currentCaller(), "revoked"),
                new StreamFilter(null, null, LabelFilter.NONE),
                null);
    }
}
