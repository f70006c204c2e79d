package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.web.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

class BodyBudgetTest {

    private static final int MAX_SIZE = 25 * 1024 * 1024;

    private final BodyBudget budget = new BodyBudget();

    private static DataBuffer buffer(int size) {
        return DefaultDataBufferFactory.sharedInstance.wrap(new byte[size]);
    }

    @Test
    void largeBodiesShareOneBudgetAndSmallOnesStillArrive() {
        List<BodyBudget.Body> bodies = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            BodyBudget.Body body = budget.body(MAX_SIZE);
            body.add(buffer(MAX_SIZE));
            bodies.add(body);
        }
        BodyBudget.Body third = budget.body(MAX_SIZE);

        assertThatThrownBy(() -> third.add(buffer(MAX_SIZE)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.getStatusCode().value()).isEqualTo(503));
        assertThat(budget.body(MAX_SIZE).add(buffer(10_000))).hasSize(10_000);

        third.close();
        bodies.getFirst().close();
        assertThat(budget.body(MAX_SIZE).add(buffer(MAX_SIZE))).hasSize(MAX_SIZE);
    }

    @Test
    void usualBodiesShareABudgetToo() {
        for (int i = 0; i < 1024; i++) {
            assertThat(budget.body(MAX_SIZE).add(buffer(64 * 1024))).isNotEmpty();
        }

        requireBusy(budget.body(MAX_SIZE), 1);
    }

    private static void requireBusy(BodyBudget.Body body, int size) {
        assertThatThrownBy(() -> body.add(buffer(size)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.getStatusCode().value()).isEqualTo(503));
    }
}
