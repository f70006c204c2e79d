package io.oauthservice.access;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.oauthservice.access.AccessProperties.Client;
import io.oauthservice.provider.Ceiling;
import io.oauthservice.startup.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses the access file: {@code clients} in YAML or JSON, with the settings of {@code oauth.access.clients}. Unlike
 * settings, it must not contain anything else: a misspelt ceiling would have no effect. Problems contain no values of
 * the file, which might be keys.
 */
@Component
class AccessFileParser {

    private static final String CLIENTS = "clients";

    /** No slash: the names of the callers of JWTs contain one. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private static final Pattern SETTING_NAME = Pattern.compile("[a-z-]{1,30}");

    private static final JsonMapper VALUES = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .withConfigOverride(
                    List.class, list -> list.setNullHandling(JsonSetter.Value.construct(Nulls.AS_EMPTY, Nulls.FAIL)))
            .build();

    private final CallerCeilings ceilings;

    AccessFileParser(CallerCeilings ceilings) {
        this.ceilings = ceilings;
    }

    static boolean isName(@Nullable String text) {
        return text != null && NAME.matcher(text).matches();
    }

    /**
     * The clients by their names. None where no file is configured.
     *
     * @throws SettingException if any part cannot be used
     */
    Map<String, ClientEntry> parse(AccessFile.Content content) {
        if (content.equals(AccessFile.Content.NONE)) {
            return Map.of();
        }
        String unreadable = content.problem();
        if (unreadable != null) {
            throw invalid("names a file that " + unreadable);
        }
        Map<String, ClientEntry> entries = new HashMap<>();
        clients(content.text()).forEach((name, settings) -> entries.put(name(name), entry(name(name), settings)));
        return Map.copyOf(entries);
    }

    private static Map<?, ?> clients(String text) {
        if (!(load(text) instanceof Map<?, ?> file && file.get(CLIENTS) instanceof Map<?, ?> clients)
                || clients.isEmpty()) {
            throw invalid("names a file without clients");
        }
        if (file.size() > 1) {
            throw invalid("names a file that contains more than clients");
        }
        return clients;
    }

    private static @Nullable Object load(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        DumperOptions unused = new DumperOptions();
        try {
            return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new Texts())
                    .load(text);
        } catch (MarkedYAMLException e) {
            throw invalid("names a file that is not valid YAML: line "
                    + (e.getProblemMark().getLine() + 1));
        } catch (RuntimeException e) {
            // Besides YAMLException, conversions of values fail with exceptions whose messages contain the value.
            throw invalid("names a file that is not valid YAML");
        }
    }

    private static String name(@Nullable Object name) {
        if (name instanceof String text && isName(text)) {
            return text;
        }
        throw invalid("names a file with an invalid name of a client: use letters, digits, dots, dashes, underscores");
    }

    private ClientEntry entry(String name, @Nullable Object settings) {
        String setting = setting(name);
        Map<Object, Object> own = new HashMap<>(object(setting, settings));
        Map<String, Ceiling> found = new HashMap<>();
        for (String platform : ceilings.platforms()) {
            if (own.containsKey(platform)) {
                String ceiling = setting + "." + platform;
                Map<String, List<String>> items = convert(ceiling, own.remove(platform), new TypeReference<>() {});
                found.put(platform, ceilings.parse(platform, ceiling, items));
            }
        }
        Client client = convert(setting, own, new TypeReference<>() {});
        client.check(setting, name);
        return new ClientEntry(client, found);
    }

    /** How problems name a client of the file. */
    static String setting(String client) {
        return AccessFile.SETTING + ": " + CLIENTS + "." + client;
    }

    private static <T> T convert(String setting, @Nullable Object value, TypeReference<T> type) {
        try {
            return VALUES.convertValue(object(setting, value), type);
        } catch (UnrecognizedPropertyException e) {
            String name = e.getPropertyName();
            boolean printable = SETTING_NAME.matcher(name).matches();
            throw new SettingException(setting, "contains an unknown setting" + (printable ? ": " + name : ""));
        } catch (JacksonException e) {
            throw new SettingException(setting + path(e), "has an invalid value");
        }
    }

    private static Map<?, ?> object(String setting, @Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw new SettingException(setting, "must be an object");
    }

    private static String path(JacksonException failure) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : failure.getPath()) {
            String name = step.getPropertyName();
            path.append(name == null ? "[" + step.getIndex() + "]" : "." + name);
        }
        return path.toString();
    }

    private static SettingException invalid(String problem) {
        return new SettingException(AccessFile.SETTING, problem);
    }

    /**
     * A client of the file.
     *
     * @param ceilings by the platform's id
     */
    record ClientEntry(Client client, Map<String, Ceiling> ceilings) {}

    /** Reads every scalar as text: a hash or an id may consist of digits. */
    private static final class Texts extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
