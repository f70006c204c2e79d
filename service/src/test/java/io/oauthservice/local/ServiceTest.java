package io.oauthservice.local;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.ContextConfiguration;

/**
 * A test of the whole running service: a real PostgreSQL (one database for each Spring context), a real Kafka,
 * and a {@link io.oauthservice.sandbox.Sandbox} of its own, which can be injected. Configured as the laptop mode is,
 * {@link LocalProperties#API_KEY} included; {@link #properties()} override that.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.DEFINED_PORT)
@AutoConfigureWebTestClient(timeout = "10s")
@ContextConfiguration(initializers = ServiceTestInitializer.class)
public @interface ServiceTest {

    /** Properties as {@code name=value}; a test class with properties gets its own context. */
    @AliasFor(annotation = SpringBootTest.class)
    String[] properties() default {};
}
