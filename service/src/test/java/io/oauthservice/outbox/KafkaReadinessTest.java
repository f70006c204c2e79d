package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.outbox.KafkaPublisher.Readiness;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

/** The reason code says whether Kafka is unreachable, or refuses the service, or the configuration is wrong. */
class KafkaReadinessTest {

    @Test
    void aRejectionHasItsOwnReason() {
        assertThat(Readiness.after(new ExecutionException(new SaslAuthenticationException("wrong password"))))
                .isEqualTo(new Readiness("sasl-authentication", "SaslAuthenticationException: wrong password"));
        assertThat(Readiness.after(new ExecutionException(new ClusterAuthorizationException("denied"))))
                .isEqualTo(new Readiness("cluster-authorization", "ClusterAuthorizationException: denied"));
    }

    @Test
    void aWrongSettingIsNamed() {
        Throwable failure =
                new KafkaException("Failed to create", new ConfigException("security.protocol", "NONE", "unknown"));

        assertThat(Readiness.after(failure))
                .isEqualTo(new Readiness(
                        "config", "ConfigException: Invalid value NONE for configuration security.protocol: unknown"));
    }

    @Test
    void aNetworkFailureIsUnreachable() {
        assertThat(Readiness.after(new TimeoutException())).isEqualTo(Readiness.UNREACHABLE);
        assertThat(Readiness.after(new ExecutionException(new DisconnectException())))
                .isEqualTo(Readiness.UNREACHABLE);
        assertThat(Readiness.after(new KafkaException(
                        "Failed to create",
                        new ConfigException("No resolvable bootstrap urls given in bootstrap.servers"))))
                .isEqualTo(Readiness.UNREACHABLE);
    }
}
