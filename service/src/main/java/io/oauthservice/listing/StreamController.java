package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.access.ClientAddresses;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

@RestController
class StreamController {

    private static final Set<String> PARAMETERS = Set.of("platform", "org_id", "label");
    private static final int MAX_ID = 60;

    /** How every JWT begins. */
    private static final String JWT = " ey";

    private final InstallationStreams streams;
    private final Callers callers;
    private final ClientAddresses addresses;

    StreamController(InstallationStreams streams, Callers callers, ClientAddresses addresses) {
        this.streams = streams;
        this.callers = callers;
        this.addresses = addresses;
    }

    /**
     * Has no {@code produces}: otherwise a request for another format would match {@code /oauth/installations/{id}}
     * with the id "stream".
     */
    @GetMapping("/oauth/installations/stream")
    @Operation(
            summary = "Stream changes",
            description =
                    "Server-sent events: ready, installation (as in the list), gone, reset (read the list again), end."
                            + " Every status is reported.")
    @Parameter(
            name = "label",
            in = ParameterIn.QUERY,
            description = "A label, or label:value; repeated: installations that have all of them",
            array = @ArraySchema(schema = @Schema(type = "string", example = "team:search")))
    @ApiResponse(
            responseCode = "200",
            description = "Open until the credential ends, for half an hour at most",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = String.class)))
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "429", description = "rate-limited: too many streams are open")
    ResponseEntity<Flux<ServerSentEvent<String>>> stream(
            Caller caller,
            @Parameter(example = "github") @RequestParam(name = "platform", required = false) @Nullable String platform,
            @RequestParam(name = "org_id", required = false) @Nullable String orgId,
            @Parameter(description = "The id of the last event that was received")
                    @RequestHeader(name = "Last-Event-ID", required = false)
                    @Nullable
                    String lastId,
            ServerWebExchange exchange) {
        caller.require(Caller.INSTALLATIONS_READ);
        ServerHttpRequest http = exchange.getRequest();
        requireEventsAccepted(http.getHeaders());
        QueryText.requireKnown(http.getQueryParams(), PARAMETERS, LabelParameter.REPEATABLE);
        StreamFilter filter = new StreamFilter(
                QueryText.optional("platform", platform),
                QueryText.optional("org_id", orgId),
                LabelParameter.parse(http));
        String resumed =
                lastId == null || lastId.isBlank() ? null : lastId.substring(0, Math.min(lastId.length(), MAX_ID));
        return streams.open(streamCaller(exchange, caller), filter, resumed);
    }

    private static void requireEventsAccepted(HttpHeaders headers) {
        if (!acceptsEvents(headers)) {
            throw new ProblemException(
                    ProblemType.NOT_ACCEPTABLE,
                    "The stream consists of server-sent events. Send Accept: " + MediaType.TEXT_EVENT_STREAM_VALUE);
        }
    }

    private static boolean acceptsEvents(HttpHeaders headers) {
        try {
            List<MediaType> accepted = headers.getAccept();
            return accepted.isEmpty() || accepted.stream().anyMatch(MediaType.TEXT_EVENT_STREAM::isCompatibleWith);
        } catch (InvalidMediaTypeException malformed) {
            return false;
        }
    }

    private StreamCaller streamCaller(ServerWebExchange exchange, Caller caller) {
        ServerHttpRequest http = exchange.getRequest();
        String authorization = http.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        InetAddress from = addresses.find(exchange);
        return new StreamCaller(
                caller,
                () -> callers.authenticate(authorization, from),
                authorization != null && authorization.contains(JWT) ? "expired" : "revoked");
    }
}
