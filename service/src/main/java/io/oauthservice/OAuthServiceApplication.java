package io.oauthservice;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** The service: configured by {@code application.yml} and the environment. */
@SpringBootApplication
@EnableScheduling
public class OAuthServiceApplication {

    /** More than there are jobs. */
    private static final int THREADS = 16;

    public static void main(String[] args) {
        SpringApplication.run(OAuthServiceApplication.class, args);
    }

    /**
     * A job's thread waits for the end of what the job has begun. Spring Boot's own scheduler has one thread for all of
     * them: a provider that does not answer one job would hold up those that confirm kept tokens.
     */
    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.setVirtualThreads(true);
        scheduler.setPoolSize(THREADS);
        scheduler.setThreadNamePrefix("job-");
        return scheduler;
    }
}
