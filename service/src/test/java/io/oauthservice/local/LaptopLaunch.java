package io.oauthservice.local;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Starts an application with its {@link Laptop} environment, and stops both: the application first. */
public final class LaptopLaunch {

    private LaptopLaunch() {}

    /** Runs until the process is stopped. A problem that the user can fix is printed as one line, exit code 1. */
    public static void launch(Class<?> application, String... args) {
        ParentWatch.whenGone(() -> System.exit(0));
        Laptop laptop = start(args);
        SpringApplication.getShutdownHandlers().add(laptop::close);
        try {
            applicationOn(laptop, application).run(args);
        } catch (RuntimeException e) {
            // Spring has logged the reason. Kafka's threads would keep the process alive.
            System.exit(1);
        }
    }

    private static Laptop start(String... args) {
        try {
            return Laptop.start(LaptopSettings.from(environment(args)));
        } catch (StartRefusedException rejected) {
            System.err.println(rejected.getMessage());
            System.exit(1);
            throw rejected;
        }
    }

    private static Environment environment(String... args) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        return environment;
    }

    private static SpringApplication applicationOn(Laptop laptop, Class<?> application) {
        SpringApplication spring = new SpringApplication(application);
        spring.setMainApplicationClass(application);
        spring.addInitializers(context -> configure(context, laptop));
        ApplicationListener<ApplicationReadyEvent> ready = event -> laptop.welcome();
        spring.addListeners(ready);
        return spring;
    }

    private static void configure(ConfigurableApplicationContext context, Laptop laptop) {
        // The user's environment has priority over these properties, and these over the service's files.
        context.getEnvironment()
                .getPropertySources()
                .addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, laptop.properties());
        context.getBeanFactory().addBeanPostProcessor(new FastNettyShutdown());
        // The servers start while Spring reads its configuration; beans need them.
        context.addBeanFactoryPostProcessor(beans -> laptop.awaitServers());
    }
}
