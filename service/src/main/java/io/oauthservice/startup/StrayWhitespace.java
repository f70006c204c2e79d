package io.oauthservice.startup;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.stereotype.Component;

/**
 * Refuses values with leading or trailing whitespace, such as the line break of {@code echo secret | base64}: the secret
 * would be wrong, and the provider's error would not say why. Checks every environment variable that
 * {@code application.yml} names.
 */
@Component
class StrayWhitespace implements BeanFactoryPostProcessor {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+)[:}]");

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        ConfigurableEnvironment environment = beans.getBean(ConfigurableEnvironment.class);
        for (String name : variables(environment)) {
            String value = environment.getProperty(name);
            if (value != null && !value.equals(value.strip())) {
                throw new SettingException(name, "begins or ends with a space or a line break");
            }
        }
    }

    private static Set<String> variables(ConfigurableEnvironment environment) {
        Set<String> names = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed
                    && source.getName().contains("application.yml")) {
                for (String property : listed.getPropertyNames()) {
                    collect(String.valueOf(listed.getProperty(property)), names);
                }
            }
        }
        return names;
    }

    private static void collect(String value, Set<String> names) {
        Matcher variable = VARIABLE.matcher(value);
        while (variable.find()) {
            names.add(variable.group(1));
        }
    }
}
