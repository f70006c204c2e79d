package io.oauthservice.local;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Starts an application amid its {@link Laptop} surroundings, and ends both together, the application first. */
public final class LaptopLaunch {

    private LaptopLaunch() {}

    /** Runs until the process is told to stop. What a person can clear is one line on the error output, and exit code 1. */
    public static void launch(Class<?> application, String... args) {
        ParentWatch.whenGone(() -> System.exit(0));
        Laptop laptop = start(args);
        SpringApplication.getShutdownHandlers().add(laptop::close);
        try {
            inside(laptop, application).run(args);
        } catch (RuntimeException e) {
            // Spring has told why; Kafka's threads would keep the process alive.
            System.exit(1);
        }
    }

    private static Laptop start(String... args) {
        try {
            return Laptop.start(LaptopSettings.from(environment(args)));
        } catch (StartRefused refused) {
            System.err.println(refused.getMessage());
            System.exit(1);
            throw refused;
        }
    }

    private static Environment environment(String... args) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        return environment;
    }

    private static SpringApplication inside(Laptop laptop, Class<?> application) {
        SpringApplication spring = new SpringApplication(application);
        spring.setMainApplicationClass(application);
        spring.addInitializers(context -> surround(context, laptop));
        ApplicationListener<ApplicationReadyEvent> ready = event -> laptop.welcome();
        spring.addListeners(ready);
        return spring;
    }

    private static void surround(ConfigurableApplicationContext context, Laptop laptop) {
        // The person's own environment comes first, what the service's files say last.
        context.getEnvironment()
                .getPropertySources()
                .addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, laptop.properties());
        context.getBeanFactory().addBeanPostProcessor(new FastNettyShutdown());
        // Spring reads its configuration meanwhile; the first beans find the servers up.
        context.addBeanFactoryPostProcessor(beans -> laptop.awaitServers());
    }
}
