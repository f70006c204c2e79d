package io.oauthservice.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.audit.AuditCounts;
import io.oauthservice.audit.Origin;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Webhook;
import io.oauthservice.provider.WebhookSignature;
import io.oauthservice.provider.WebhookSource;
import io.oauthservice.web.LargeBodies;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Receives webhooks. Answers as soon as a delivery is stored; the platforms give up after 3 s (Slack) and 10 s. */
@Hidden
@RestController
class WebhookController {

    private static final String PATH = "/oauth/webhooks/";

    private static final Duration STORE_LIMIT = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Map<String, WebhookSource> sources;
    private final WebhookInbox inbox;
    private final JsonMapper json;
    private final MeterRegistry meters;
    private final AuditCounts counts;
    private final BodyBudget budget = new BodyBudget();

    WebhookController(
            List<WebhookSource> sources,
            WebhookInbox inbox,
            JsonMapper json,
            MeterRegistry meters,
            AuditCounts counts) {
        this.sources = sources.stream()
                .filter(WebhookSource::isEnabled)
                .collect(Collectors.toMap(source -> source.platform().id(), Function.identity()));
        this.inbox = inbox;
        this.json = json;
        this.meters = meters;
        this.counts = counts;
    }

    @Bean
    static LargeBodies webhookBodies(List<WebhookSource> sources) {
        return new LargeBodies(
                PATH,
                sources.stream().mapToInt(WebhookSource::maxBodySize).max().orElse(0));
    }

    @PostMapping(PATH + "{platform}")
    Mono<ResponseEntity<String>> receive(@PathVariable("platform") String platform, ServerHttpRequest request) {
        WebhookSource source = sources.get(platform);
        if (source == null) {
            return Mono.error(new ProblemException(
                    ProblemType.UNKNOWN_PLATFORM,
                    "No webhooks of this platform are received: it sends none, or its secret is not configured"));
        }
        if (isForm(request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE))) {
            countRejection(source, "content_type", request);
            return Mono.error(new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Set the webhook's content type to application/json at the platform"));
        }
        return source.signature(request.getHeaders()::getFirst)
                .map(signature -> verifyAndHandle(source, signature, request))
                .orElseGet(() -> reject(source, request));
    }

    /** Read as text: a malformed header must not fail the request. */
    private static boolean isForm(@Nullable String contentType) {
        return contentType != null
                && contentType.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
    }

    private Mono<ResponseEntity<String>> verifyAndHandle(
            WebhookSource source, WebhookSignature signature, ServerHttpRequest request) {
        return Mono.using(
                () -> budget.body(source.maxBodySize()),
                body -> request.getBody()
                        .doOnNext(buffer -> signature.update(body.add(buffer)))
                        .then(Mono.defer(() -> {
                            if (!signature.isValid()) {
                                return reject(source, request);
                            }
                            return source.isRelevant(request.getHeaders()::getFirst)
                                    ? handle(source, request, body.bytes())
                                    : accept(source, "ignored");
                        })),
                BodyBudget.Body::close);
    }

    private Mono<ResponseEntity<String>> reject(WebhookSource source, ServerHttpRequest request) {
        countRejection(source, "signature", request);
        return Mono.error(new ProblemException(
                ProblemType.UNAUTHENTICATED,
                "The signature is missing, wrong or too old; compare the secret here with the one at the platform"));
    }

    /** Off the event loop: a body may have 25 MB. */
    private Mono<ResponseEntity<String>> handle(WebhookSource source, ServerHttpRequest request, byte[] body) {
        return Mono.fromCallable(() -> read(source, request, body))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(webhook -> switch (webhook) {
                    case Webhook.Challenge challenge -> Mono.just(answer(challenge));
                    case Webhook.Ignored ignored -> accept(source, "ignored");
                    case Webhook.Delivery delivery -> store(source, delivery);
                })
                .onErrorResume(
                        failure -> failure instanceof JacksonException || failure instanceof ProviderException,
                        malformed -> accept(source, "malformed"));
    }

    private Webhook read(WebhookSource source, ServerHttpRequest request, byte[] body) {
        JsonNode content = json.readTree(body);
        return source.read(request.getHeaders()::getFirst, content);
    }

    private static ResponseEntity<String> answer(Webhook.Challenge challenge) {
        return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(challenge.value());
    }

    /** If the delivery is stored after the time-out nevertheless, its repetition is a duplicate. */
    private Mono<ResponseEntity<String>> store(WebhookSource source, Webhook.Delivery delivery) {
        return inbox.add(source.platform(), delivery)
                .timeout(STORE_LIMIT)
                .onErrorMap(
                        failure -> ProblemException.storageUnavailable(failure).retryAfter(RETRY_AFTER))
                .flatMap(added -> accept(source, added ? "accepted" : "duplicate"));
    }

    private Mono<ResponseEntity<String>> accept(WebhookSource source, String outcome) {
        count(source, outcome);
        return Mono.just(ResponseEntity.accepted().build());
    }

    private void countRejection(WebhookSource source, String reason, ServerHttpRequest request) {
        count(source, "rejected");
        counts.countRejection(source.platform().id(), reason, Origin.address(request));
    }

    private void count(WebhookSource source, String outcome) {
        Counter.builder("oauth.webhooks")
                .description("Received webhooks, by outcome")
                .tag("platform", source.platform().id())
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
