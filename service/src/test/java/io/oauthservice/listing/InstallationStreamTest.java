package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.access.Caller;
import io.oauthservice.access.SampleCallers;
import io.oauthservice.changefeed.ChangeFeed.Position;
import io.oauthservice.installation.LabelFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.json.JsonMapper;

class InstallationStreamTest {

    private static final Caller CALLER = SampleCallers.caller("a test", Set.of("installations:read"), null, false);
    private static final UUID MISSED = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();

    private final List<ServerSentEvent<String>> sent = new ArrayList<>();
    private @Nullable InstallationStream stream;

    private InstallationStream open() {
        Flux.<ServerSentEvent<String>>create(sink -> stream = stream(sink)).subscribe(sent::add);
        return Objects.requireNonNull(stream);
    }

    private static InstallationStream stream(FluxSink<ServerSentEvent<String>> sink) {
        StreamCaller caller = new StreamCaller(CALLER, () -> Mono.just(CALLER), "expired");
        return new InstallationStream(caller, new StreamFilter(null, null, LabelFilter.parse(List.of())), sink);
    }

    /** A deleted installation, by a transaction after this position. */
    private static void offerDeleted(InstallationStream stream, UUID id, long settled) {
        ChangedInstallation deleted = new ChangedInstallation(id, "github", true, Set.of(), settled, null);
        stream.offer(
                List.of(deleted),
                Map.of(),
                new RenderedInstallations(Map.of(), JsonMapper.builder().build()));
    }

    @Test
    void aClientThatResumesGetsNoLaterPositionBeforeWhatItHasMissed() {
        InstallationStream resumed = open();
        offerDeleted(resumed, OTHER, 20);

        resumed.begin(new Position("epoch", 10), Set.of(MISSED));

        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready", "gone");
        assertThat(resumed.parsePosition(String.valueOf(sent.getFirst().id()))).contains(new Position("epoch", 10));
        assertThat(sent.getLast().id()).isNull();

        offerDeleted(resumed, MISSED, 10);
        offerDeleted(resumed, UUID.randomUUID(), 30);

        assertThat(sent).hasSize(4);
        assertThat(resumed.parsePosition(String.valueOf(sent.getLast().id()))).contains(new Position("epoch", 30));
    }

    /** The database may take longer than the second between two questions. */
    @Test
    void anIdentificationInProgressIsNotReplaced() {
        AtomicInteger asked = new AtomicInteger();
        Sinks.One<Caller> answer = Sinks.one();
        StreamCaller slow = new StreamCaller(
                CALLER,
                () -> {
                    asked.incrementAndGet();
                    return answer.asMono();
                },
                "expired");
        Flux.<ServerSentEvent<String>>create(sink -> stream =
                        new InstallationStream(slow, new StreamFilter(null, null, LabelFilter.parse(List.of())), sink))
                .subscribe(sent::add);
        InstallationStream begun = Objects.requireNonNull(stream);
        begun.begin(new Position("epoch", 10), Set.of());

        begun.tick(null, true);
        begun.tick(null, true);
        assertThat(asked).hasValue(1);
        answer.tryEmitEmpty();

        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready", "end");
    }

    @Test
    void aStreamWhoseCallerCannotBeConfirmedEnds() {
        AtomicLong now = new AtomicLong();
        StreamCaller unconfirmed =
                new StreamCaller(CALLER, () -> Mono.error(new IllegalStateException("unavailable")), "expired");
        Flux.<ServerSentEvent<String>>create(sink -> stream = new InstallationStream(
                        unconfirmed, new StreamFilter(null, null, LabelFilter.parse(List.of())), sink, now::get))
                .subscribe(sent::add);
        InstallationStream begun = Objects.requireNonNull(stream);
        begun.begin(new Position("epoch", 10), Set.of());

        now.set(Duration.ofSeconds(10).toNanos());
        begun.tick(null, true);
        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready");
        now.set(Duration.ofSeconds(30).toNanos());
        begun.tick(null, true);

        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready", "end");
        assertThat(sent.getLast().data()).isEqualTo("{\"reason\":\"unavailable\"}");
    }

    @Test
    void aClientThatIsFarBehindIsResetOnce() {
        BaseSubscriber<ServerSentEvent<String>> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(ServerSentEvent<String> event) {
                sent.add(event);
            }
        };
        Flux.<ServerSentEvent<String>>create(sink -> {
                    InstallationStream created = stream(sink);
                    sink.onRequest(requested -> created.send());
                    stream = created;
                })
                .subscribe(slow);
        InstallationStream behind = Objects.requireNonNull(stream);
        behind.begin(new Position("epoch", 10), Set.of());

        for (int i = 0; i < 1_300; i++) {
            offerDeleted(behind, UUID.randomUUID(), 20);
        }
        slow.request(10);
        offerDeleted(behind, OTHER, 30);

        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready", "reset", "gone");
        assertThat(sent.getLast().data()).contains(OTHER.toString());
    }

    @Test
    void onlyAClientThatHasMissedChangesIsResetWhenTheyAreReceivedAgain() {
        InstallationStream begun = open();
        begun.begin(new Position("epoch", 10), Set.of());

        begun.onFeedRestored(Duration.ZERO);
        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready");

        begun.onFeedLost();
        begun.onFeedRestored(Duration.ZERO);
        begun.onFeedRestored(Duration.ZERO);
        assertThat(sent).extracting(ServerSentEvent::event).containsExactly("ready", "reset");
    }
}
