package io.oauthservice;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: configured by {@code application.yml} and the environment. */
@SpringBootApplication
public class OAuthServiceApplication {

    public static void main(String[] args) {
        SpringApplication.run(OAuthServiceApplication.class, args);
    }
}
