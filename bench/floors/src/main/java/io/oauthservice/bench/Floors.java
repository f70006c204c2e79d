package io.oauthservice.bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Profiles: {@code bare}, {@code secured} and {@code cold}. */
@SpringBootApplication
public class Floors {

    public static void main(String[] args) {
        SpringApplication.run(Floors.class, args);
    }
}
