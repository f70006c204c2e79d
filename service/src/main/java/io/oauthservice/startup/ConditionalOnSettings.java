package io.oauthservice.startup;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Configures a platform or a key service when all its settings are set, and not when none is. Empty ones are not set:
 * containers often pass variables without a value. Where only some are set, the start fails and names the missing ones.
 *
 * <p>Each setting is written {@code property=ENVIRONMENT_VARIABLE}; of alternatives separated by {@code |} one
 * suffices.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnSettings.AllOrNothing.class)
public @interface ConditionalOnSettings {

    String[] value();

    final class AllOrNothing extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            String[] value =
                    metadata.getAnnotations().get(ConditionalOnSettings.class).getStringArray("value");
            List<String> settings = Arrays.asList(value);
            List<String> missing = settings.stream()
                    .filter(setting -> !isSet(context.getEnvironment(), setting))
                    .map(AllOrNothing::variables)
                    .toList();
            if (missing.isEmpty()) {
                return ConditionOutcome.match();
            }
            if (missing.size() < settings.size()) {
                throw new SettingException(
                        String.join(", ", missing), "is missing, while other settings of the same platform are set");
            }
            return ConditionOutcome.noMatch("not configured");
        }

        private static boolean isSet(Environment environment, String setting) {
            return Arrays.stream(setting.split("\\|"))
                    .map(one -> environment.getProperty(one.substring(0, one.indexOf('='))))
                    .anyMatch(StringUtils::hasText);
        }

        private static String variables(String setting) {
            return Arrays.stream(setting.split("\\|"))
                    .map(one -> one.substring(one.indexOf('=') + 1))
                    .collect(Collectors.joining(" or "));
        }
    }
}
