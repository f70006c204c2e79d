package io.oauthservice.local;

import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.client.ReactorResourceFactory;

/** Skips the quiet period of two seconds in which Netty's threads wait for more work when a context closes. */
final class FastNettyShutdown implements BeanPostProcessor {

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof ReactorResourceFactory netty) {
            netty.setShutdownQuietPeriod(Duration.ZERO);
        }
        return bean;
    }
}
