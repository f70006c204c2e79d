package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.access.Caller;
import io.oauthservice.access.SampleCallers;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.core.Secret;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.Repositories;
import io.oauthservice.provider.Variant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The limits of narrowed tokens in memory. */
@TestPropertySource(properties = "oauth.tokens.cache-size=1000")
class NarrowedTokensTest extends ServiceTestBase {

    private static final Caller CALLER = SampleCallers.caller("a test", Set.of("tokens:read"), null, false);
    private static final Caller OTHER = SampleCallers.caller("another test", Set.of("tokens:read"), null, false);

    @Autowired
    private NarrowedTokens tokens;

    @Autowired
    private Installations installations;

    private Installation acme;

    @BeforeEach
    void connectAcme() {
        InstallationId id = InstallationId.parse(connect(ACME)).orElseThrow();
        acme = Objects.requireNonNull(installations.find(id).block(Duration.ofSeconds(10)));
    }

    @Test
    void aCallerHoldsAHundredVariantsOfAnInstallation() {
        CachedNarrowedToken others = keep(1000, OTHER);
        List<CachedNarrowedToken> kept =
                IntStream.rangeClosed(1, 101).mapToObj(i -> keep(i, CALLER)).toList();

        assertThat(find(kept.getFirst())).isNull();
        assertThat(kept.subList(1, 101))
                .allSatisfy(token -> assertThat(find(token)).isSameAs(token));
        assertThat(find(others)).isSameAs(others);
    }

    @Test
    void eightWaysToWriteARequestAreRemembered() {
        CachedNarrowedToken token = keep(1, CALLER);

        IntStream.rangeClosed(1, 9).forEach(i -> tokens.remember("/oauth/token/github?" + i, CALLER, token));
        tokens.remember("/oauth/token/github?1", CALLER, token);

        assertThat(IntStream.rangeClosed(1, 8)).allMatch(this::isRemembered);
        assertThat(isRemembered(9)).isFalse();
    }

    @Test
    void anEvictedTokenIsNotRemembered() {
        CachedNarrowedToken token = keep(1, CALLER);
        tokens.remember("/oauth/token/github?1", CALLER, token);

        service.delete("/oauth/installations/" + acme.id());
        tokens.remember("/oauth/token/github?2", CALLER, token);

        assertThat(isRemembered(1)).isFalse();
        assertThat(isRemembered(2)).isFalse();
    }

    @Test
    void whatWasIssuedWhileTheGrantChangedIsNotKept() {
        ReadMark mark = tokens.markRead();
        service.delete("/oauth/installations/" + acme.id());

        CachedNarrowedToken token = keep(1, CALLER, mark);

        assertThat(find(token)).isNull();
    }

    private boolean isRemembered(int number) {
        NarrowedTokens.Responses found = tokens.find("/oauth/token/github?" + number);
        return found != null && found.find(CALLER) != null;
    }

    private @Nullable CachedNarrowedToken find(CachedNarrowedToken token) {
        return tokens.revalidate(token.key(), acme, tokens.markRead());
    }

    private CachedNarrowedToken keep(int repository, Caller caller) {
        return keep(repository, caller, tokens.markRead());
    }

    private CachedNarrowedToken keep(int repository, Caller caller, ReadMark mark) {
        Variant variant = new Variant(new Repositories(true, List.of(String.valueOf(repository))), null);
        Secret secret = Secret.of("token of " + repository);
        Instant now = Instant.now();
        StoredTokens stored = new StoredTokens(null, null, now, now.plusSeconds(3600), 1, secret.fingerprint(), false);
        LiveToken live = new LiveToken(
                acme.withTokens(stored, Map.of()), acme.organisations().getFirst(), secret, now.plusSeconds(3300));
        return tokens.put(new VariantKey(acme.id(), ACME, variant), live, null, acme, caller, mark);
    }
}
