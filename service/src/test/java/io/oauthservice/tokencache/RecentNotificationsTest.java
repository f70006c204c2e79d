package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationId;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentNotificationsTest {

    private static final InstallationId MINE = new InstallationId(UUID.randomUUID());
    private static final InstallationId OTHER = new InstallationId(UUID.randomUUID());
    private static final TokenKey KEY = new TokenKey("jira", "acme");

    private final RecentNotifications changes = new RecentNotifications();

    @Test
    void onlyTheChangesBetweenTheTwoMomentsCount() {
        changes.add(change(MINE));
        long before = changes.last();
        changes.add(change(OTHER));
        long between = changes.last();
        changes.add(change(MINE));

        assertThat(changes.anyConcerns(KEY, MINE, before, between)).isFalse();
        assertThat(changes.anyConcerns(KEY, MINE, before, changes.last())).isTrue();
        assertThat(changes.anyConcerns(KEY, MINE, 0, before)).isTrue();
        assertThat(changes.anyConcerns(KEY, MINE, between + 1, between + 1)).isFalse();
    }

    @Test
    void aGrantThatBecomesTheDefaultConcernsItsOrganisationsOnItsPlatform() {
        changes.add(new Changed(OTHER, "jira", Set.of("acme", "globex"), true));

        assertThat(changes.anyConcerns(KEY, MINE, 0, 1)).isTrue();
        assertThat(changes.anyConcerns(new TokenKey("jira", "initech"), MINE, 0, 1))
                .isFalse();
        assertThat(changes.anyConcerns(new TokenKey("slack", "acme"), MINE, 0, 1))
                .isFalse();
    }

    @Test
    void whatMayHaveBeenMissedConcernsEverything() {
        changes.add(new Missed());

        assertThat(changes.anyConcerns(KEY, MINE, 0, 1)).isTrue();
    }

    @Test
    void aReadingDuringWhichTooManyChangesArriveIsOutdated() {
        for (int i = 0; i < 4096; i++) {
            changes.add(change(OTHER));
        }
        assertThat(changes.anyConcerns(KEY, MINE, 0, changes.last())).isFalse();

        changes.add(change(OTHER));

        assertThat(changes.anyConcerns(KEY, MINE, 0, changes.last())).isTrue();
        assertThat(changes.anyConcerns(KEY, MINE, 1, changes.last())).isFalse();
    }

    @Test
    void theOrganisationsThatAreKeptAreBounded() {
        Set<String> many = IntStream.range(0, 60_000).mapToObj(i -> "site-" + i).collect(Collectors.toSet());
        changes.add(new Changed(OTHER, "jira", many, true));
        assertThat(changes.anyConcerns(KEY, MINE, 0, 1)).isFalse();

        changes.add(new Changed(OTHER, "jira", many, true));

        assertThat(changes.anyConcerns(KEY, MINE, 0, 2)).isTrue();
        assertThat(changes.anyConcerns(KEY, MINE, 1, 2)).isFalse();
    }

    private static Changed change(InstallationId id) {
        return new Changed(id, "jira", Set.of(), true);
    }
}
