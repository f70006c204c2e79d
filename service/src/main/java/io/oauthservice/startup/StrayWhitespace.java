package io.oauthservice.startup;

import java.util.regex.Pattern;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;
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
        for (String name : DeclaredVariables.of(environment, VARIABLE)) {
            String value = environment.getProperty(name);
            if (value != null && !value.equals(value.strip())) {
                throw new SettingException(name, "begins or ends with a space or a line break");
            }
        }
    }
}
