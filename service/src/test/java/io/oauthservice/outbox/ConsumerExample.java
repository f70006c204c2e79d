package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The consumer of docs/consumer, compiled from there. It is not among the test sources, because its main method
 * would be a second one for {@code spring-boot:test-run}.
 */
final class ConsumerExample implements AutoCloseable {

    private static final Path SOURCES = Path.of("../docs/consumer");

    /** Parts of the service's class path that a consumer does not have. */
    private static final String NOT_A_CONSUMERS = String.join(
            ",",
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration");

    private final Path classes;
    private final URLClassLoader loader;
    private final ConfigurableApplicationContext application;
    private final Object indexer;

    private ConsumerExample(String bootstrap) throws IOException, ClassNotFoundException {
        classes = Files.createTempDirectory("consumer-example");
        compile(classes);
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, ConsumerExample.class.getClassLoader());
        application = run(bootstrap);
        indexer = application.getBean("indexer");
    }

    private ConfigurableApplicationContext run(String bootstrap) throws ClassNotFoundException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Spring Cloud Function looks for a function's type there.
        thread.setContextClassLoader(loader);
        try {
            return new SpringApplicationBuilder(
                            new DefaultResourceLoader(loader),
                            loader.loadClass("com.example.indexer.IndexerApplication"))
                    .run(
                            "--spring.config.location="
                                    + SOURCES.resolve("application.yml").toUri(),
                            "--spring.autoconfigure.exclude=" + NOT_A_CONSUMERS,
                            "--KAFKA_BOOTSTRAP_SERVERS=" + bootstrap,
                            "--CONSUMER_GROUP=" + UUID.randomUUID());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    static ConsumerExample start(String bootstrap) {
        try {
            return new ConsumerExample(bootstrap);
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void compile(Path target) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-d",
                target.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                "--release",
                "21"));
        try (Stream<Path> files = Files.list(SOURCES)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new IllegalStateException("docs/consumer does not compile");
        }
    }

    boolean isIndexing(UUID installation) {
        return (boolean) call("isIndexing", UUID.class, installation);
    }

    boolean hasSeen(String eventId) {
        return (boolean) call("hasSeen", String.class, eventId);
    }

    int eventsSeen() {
        return (int) Objects.requireNonNull(ReflectionUtils.invokeMethod(method("eventsSeen"), indexer));
    }

    /** As if the event had come by the topic. */
    void take(String id, InstallationEvent event) {
        ReflectionUtils.invokeMethod(method("take", String.class, InstallationEvent.class), indexer, id, event);
    }

    private Object call(String name, Class<?> type, Object argument) {
        return Objects.requireNonNull(ReflectionUtils.invokeMethod(method(name, type), indexer, argument));
    }

    private Method method(String name, Class<?>... types) {
        return Objects.requireNonNull(ReflectionUtils.findMethod(indexer.getClass(), name, types), name);
    }

    @Override
    public void close() {
        application.close();
        try {
            loader.close();
            FileSystemUtils.deleteRecursively(classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
