package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.Sites;
import io.oauthservice.access.Caller;
import io.oauthservice.access.SampleCallers;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A change of one grant evicts its own cached responses and those that it takes over, and no others. */
@TestPropertySource(properties = "oauth.tokens.cache-size=1000")
class EvictionTest extends ServiceTestBase {

    private static final String DANA = "557058:dana";
    private static final String OLGA = "557058:olga";
    private static final TokenKey OF_ACME = new TokenKey("github", ACME);
    private static final Caller CALLER = SampleCallers.caller("a test", Set.of("tokens:read"), null, false);

    @Autowired
    private TokenCache cache;

    @Autowired
    private Sandbox provider;

    private AtlassianControl atlassian;

    @BeforeEach
    void addManySites() {
        atlassian = new AtlassianControl(provider);
    }

    @Test
    void theEndOfAGrantWithManyOrganisationsEvictsItsResponsesAndNoOthers() {
        Sites sites = Sites.add(atlassian, 300);
        String id = connectSites(DANA);
        cache(sites);
        CachedResponse acme = cacheAcme();

        service.delete("/oauth/installations/" + id);

        assertThat(sites.ids()).noneMatch(this::isCached);
        assertThat(cache.find(OF_ACME)).isSameAs(acme);
    }

    @Test
    void aNotificationEvictsAllResponsesOfItsGrantAndNoOthers() {
        Sites sites = Sites.add(atlassian, 300);
        String id = connectSites(DANA);
        cache(sites);
        CachedResponse acme = cacheAcme();

        notifyOf(id, "jira", "\"organisations\":[\"9001\"],\"moved\":false");

        assertThat(sites.ids()).noneMatch(this::isCached);
        assertThat(cache.find(OF_ACME)).isSameAs(acme);
    }

    @Test
    void aChangeOfAnotherGrantLeavesTheDefaultGrantsResponse() {
        Sites sites = Sites.add(atlassian, 1);
        connectSites(DANA);
        String olgas = connectSites(OLGA);
        cache(sites);

        notifyOf(olgas, "jira", "\"organisations\":[\"site-0000\"],\"moved\":false");

        assertThat(isCached(sites.id(0))).isTrue();
    }

    /** A notification of the previous version names no organisations if there were too many for its payload. */
    @Test
    void aNotificationOfThePreviousVersionEvictsTooMuchRatherThanTooLittle() {
        Sites sites = Sites.add(atlassian, 30);
        String id = connectSites(DANA);
        cache(sites);
        cacheAcme();

        notifyOf(id, "jira", "\"organisations\":[]");
        assertThat(sites.ids()).noneMatch(this::isCached);
        assertThat(cache.find(OF_ACME))
                .as("is not served before it is revalidated")
                .isNull();

        CachedResponse acme = cacheAcme();
        cache(sites);
        notifyOf(id, "jira", "\"organisations\":[\"site-0000\",\"site-0001\"]");
        assertThat(sites.ids()).noneMatch(this::isCached);
        assertThat(cache.find(OF_ACME)).isSameAs(acme);
    }

    @Test
    void theResponsesOfOrganisationsThatAGrantTakesOverAreEvicted() {
        Sites sites = Sites.add(atlassian, 300);
        String danas = connectSites(DANA);
        cache(sites);
        CachedResponse acme = cacheAcme();
        // There is no notification of this, so that Dana's tokens are still cached when Olga takes over.
        rows.change("UPDATE oauth_installations SET status = 'suspended' WHERE id = :id::uuid", Map.of("id", danas));

        String olgas = connectSites(OLGA);

        assertThat(sites.ids())
                .allSatisfy(site -> assertThat(jira(site)).isEqualTo(olgas).isNotEqualTo(danas));
        assertThat(cache.find(OF_ACME)).isSameAs(acme);
    }

    @Test
    void whatWasReadBeforeAChangeOfItsGrantIsNotCached() {
        String id = connect(ACME);
        LiveToken live = cacheAcme().live();
        ReadMark mark = cache.markRead();

        notifyOf(id, "github", "\"organisations\":[],\"moved\":false");
        cache.put(OF_ACME, live, mark);

        assertThat(cache.find(OF_ACME)).isNull();
    }

    @Test
    void whatWasReadBeforeAnotherGrantBecameTheDefaultIsNotCached() {
        String globex = connect(GLOBEX);
        LiveToken live = cacheAcme().live();
        ReadMark mark = cache.markRead();

        notifyOf(globex, "github", "\"organisations\":[\"9001\"],\"moved\":true");
        cache.put(OF_ACME, live, mark);

        assertThat(cache.find(OF_ACME)).isNull();
    }

    @Test
    void whatWasReadWhileOtherGrantsChangedIsCached() {
        String globex = connect(GLOBEX);
        String acme = connect(ACME);
        LiveToken live = cacheAcme().live();
        notifyOf(acme, "github", "\"organisations\":[],\"moved\":false");
        ReadMark mark = cache.markRead();

        notifyOf(globex, "github", "\"organisations\":[\"9002\"],\"moved\":true");
        cache.put(OF_ACME, live, mark);

        assertThat(Objects.requireNonNull(cache.find(OF_ACME)).live()).isSameAs(live);
    }

    @Test
    void whatWasReadWhileChangesMayHaveBeenMissedIsNotCached() {
        LiveToken live = cacheAcme().live();
        ReadMark mark = cache.markRead();

        notified(() -> rows.value("SELECT pg_notify('oauth_installations', 'by hand')", Map.of()));
        cache.put(OF_ACME, live, mark);

        assertThat(cache.find(OF_ACME)).isNull();
    }

    @Test
    void aReadIsSharedAcrossChangesOfOtherGrantsAndNotOfItsOwn() {
        String globex = connect(GLOBEX);
        String acme = connect(ACME);
        LiveToken live = cacheAcme().live();
        Sinks.One<LiveToken> answer = Sinks.one();
        AtomicInteger reads = new AtomicInteger();
        Supplier<Mono<LiveToken>> read = () -> {
            reads.incrementAndGet();
            return answer.asMono();
        };

        var first = cache.read(OF_ACME, CALLER, read).toFuture();
        notifyOf(globex, "github", "\"organisations\":[\"9002\"],\"moved\":true");
        var second = cache.read(OF_ACME, CALLER, read).toFuture();
        assertThat(reads).hasValue(1);
        notifyOf(acme, "github", "\"organisations\":[],\"moved\":false");
        var third = cache.read(OF_ACME, CALLER, read).toFuture();
        answer.tryEmitValue(live);

        assertThat(List.of(first, second, third))
                .allSatisfy(one -> assertThat(one.join()).isSameAs(live));
        assertThat(reads).as("the third is read after the change").hasValue(2);
    }

    @Test
    void aProblemOfTheCallerIsNotSharedAcrossAnyChange() {
        String globex = connect(GLOBEX);
        Sinks.One<LiveToken> answer = Sinks.one();
        AtomicInteger reads = new AtomicInteger();
        Supplier<Mono<LiveToken>> read = () -> {
            reads.incrementAndGet();
            return answer.asMono();
        };

        var first = cache.read(OF_ACME, CALLER, read).toFuture();
        var second = cache.read(OF_ACME, CALLER, read).toFuture();
        notifyOf(globex, "github", "\"organisations\":[],\"moved\":false");
        var third = cache.read(OF_ACME, CALLER, read).toFuture();
        assertThat(reads).hasValue(1);
        answer.tryEmitError(new ProblemException(ProblemType.NOT_CONNECTED, "Connect first"));

        assertThat(List.of(first, second, third))
                .allSatisfy(one -> assertThat(one).isCompletedExceptionally());
        assertThat(reads).as("the third is read after the change").hasValue(2);
    }

    private String connectSites(String person) {
        atlassian.signIn(person);
        new Browser().open(base + "/oauth/install/jira").press("approve");
        awaitNotifications();
        return service.installations().stream()
                .filter(one -> person.equals(one.get("external_user_id")))
                .map(one -> String.valueOf(one.get("id")))
                .findFirst()
                .orElseThrow();
    }

    private void cache(Sites sites) {
        sites.ids().forEach(this::jira);
        assertThat(sites.ids()).allMatch(this::isCached);
    }

    private CachedResponse cacheAcme() {
        if (service.token(ACME).status() != 200) {
            connect(ACME);
        }
        // The notification of the change that this replica made itself may still be on its way.
        awaitNotifications();
        service.token(ACME);
        return Objects.requireNonNull(cache.find(OF_ACME));
    }

    private String jira(String site) {
        return service.get("/oauth/token/jira?org_id=" + site).text("installation_id");
    }

    private boolean isCached(String site) {
        return cache.find(new TokenKey("jira", site)) != null;
    }

    private void notifyOf(String id, String platform, String fields) {
        notified(() -> rows.value(
                "SELECT pg_notify('oauth_installations', :payload)",
                Map.of("payload", "{\"id\":\"%s\",\"platform\":\"%s\",%s}".formatted(id, platform, fields))));
    }

    /** Returns when the service has processed this notification and all before: they arrive one after the other. */
    private void notified(Runnable notify) {
        notify.run();
        awaitNotifications();
    }
}
