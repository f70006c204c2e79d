package io.oauthservice;

import io.oauthservice.local.LaptopLaunch;

/**
 * The whole service on a laptop, by {@code ./mvnw spring-boot:test-run}: with a real PostgreSQL, a real Kafka broker
 * and providers to click through, and without Docker.
 */
public final class LaptopMode {

    private LaptopMode() {}

    public static void main(String[] args) {
        LaptopLaunch.launch(OAuthServiceApplication.class, args);
    }
}
