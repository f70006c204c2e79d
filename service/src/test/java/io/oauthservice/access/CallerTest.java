package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.core.Platform;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {

    private static final Platform GITHUB = new Platform("github");

    @Test
    void aPermissionCoversItselfAndItsSubPermissions() {
        Caller reader = SampleCallers.caller("reader", Set.of("tokens:read"), null, false);

        assertThat(reader.may("tokens:read:github")).isTrue();
        assertThat(reader.may("tokens:read")).isTrue();
        assertThat(reader.may("tokens")).isFalse();
        assertThat(reader.may("installations:read")).isFalse();
        assertThat(SampleCallers.caller("all", Set.of("*"), null, false).may("anything:at:all"))
                .isTrue();
        assertThat(SampleCallers.caller("nobody", Set.of(), null, false).may("tokens:read"))
                .isFalse();
    }

    @Test
    void aPermissionForOnePlatformDoesNotCoverAnother() {
        Caller reader = SampleCallers.caller("reader", Set.of("tokens:read:git"), null, false);

        assertThatThrownBy(() -> reader.requireTokensOf(GITHUB)).isInstanceOf(ProblemException.class);
    }

    @Test
    void anUnlimitedCallerMayUseEveryGrant() {
        Caller everywhere = SampleCallers.caller("everywhere", Set.of("*"), null, false);

        assertThat(everywhere.mayUse("1", List.of("1", "2"))).isTrue();
        assertThat(everywhere.sees(List.of())).isTrue();
        assertThat(everywhere.visibleOrganisations()).isNull();
    }

    @Test
    void aLimitedCallerMayNotUseAGrantOfFurtherOrganisations() {
        Caller limited = SampleCallers.caller("limited", Set.of("*"), Set.of("1", "2"), false);

        assertThat(limited.mayUse("1", List.of("1"))).isTrue();
        assertThat(limited.mayUse("1", List.of("1", "2"))).isTrue();
        assertThat(limited.mayUse("1", List.of("1", "3")))
                .as("reaches 3 as well")
                .isFalse();
        assertThat(limited.mayUse("3", List.of("3"))).isFalse();
    }

    @Test
    void sharedGrantsRequireAPermissionAndAnOwnOrganisation() {
        Caller shared = SampleCallers.caller("shared", Set.of("*"), Set.of("1"), true);

        assertThat(shared.mayUse("1", List.of("1", "3"))).isTrue();
        assertThat(shared.mayUse("3", List.of("1", "3"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'',  false, '1',   WHOLE",
        "'',  false, '1 3', WHOLE",
        "'1', false, '1',   WHOLE",
        "'1', false, '1 3', PART",
        "'1', false, '3',   NONE",
        "'1', true,  '1 3', WHOLE",
        "'1', true,  '3',   NONE",
        "'1', false, '',    NONE",
        "'-', true,  '1',   NONE"
    })
    void aGrantBelongsToACallerByItsOrganisations(String own, boolean shared, String reached, Caller.Share share) {
        Set<String> organisations = own.isEmpty() ? null : own.equals("-") ? Set.of() : Set.of(own);
        Caller caller = SampleCallers.caller("caller", Set.of("*"), organisations, shared);
        List<String> ids = reached.isEmpty() ? List.of() : List.of(reached.split(" "));

        assertThat(caller.shareOf(ids)).isEqualTo(share);
    }

    @Test
    void anOperatorIsNotLimited() {
        SampleCallers.caller("operator", Set.of("operations"), null, false).requireOperator("operations:rewrap");

        assertThatThrownBy(() -> SampleCallers.caller("limited", Set.of("*"), Set.of("1"), true)
                        .requireOperator("operations:rewrap"))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> SampleCallers.caller("reader", Set.of("tokens:read"), null, false)
                        .requireOperator("operations:rewrap"))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void anInstallationIsSeenByItsOrganisations() {
        Caller limited = SampleCallers.caller("limited", Set.of("*"), Set.of("1"), false);

        assertThat(limited.sees(List.of("1", "3"))).isTrue();
        assertThat(limited.sees(List.of("3"))).isFalse();
        assertThat(limited.visibleOrganisations()).containsExactly("1");
    }
}
