package io.oauthservice.startup;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** The environment variables that {@code application.yml} names. */
final class DeclaredVariables {

    private DeclaredVariables() {}

    /** @param placeholder matches the placeholders that are wanted; its first group is the name */
    static Set<String> of(ConfigurableEnvironment environment, Pattern placeholder) {
        Set<String> names = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed
                    && source.getName().contains("application.yml")) {
                for (String property : listed.getPropertyNames()) {
                    collect(placeholder.matcher(String.valueOf(listed.getProperty(property))), names);
                }
            }
        }
        return names;
    }

    private static void collect(Matcher variable, Set<String> names) {
        while (variable.find()) {
            names.add(variable.group(1));
        }
    }
}
