package io.oauthservice.provider.github;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.Ceiling;
import io.oauthservice.provider.CeilingSource;
import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.Repositories;
import io.oauthservice.startup.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The ceilings for GitHub: {@code github.permissions} and {@code github.repositories} of API clients, issuers and
 * subjects.
 */
@Component
final class GitHubCeilings implements CeilingSource {

    private static final String ACCESS = "oauth.access";
    private static final String PERMISSIONS = "permissions";
    private static final String REPOSITORIES = "repositories";

    private final Map<String, Ceiling> clients = new HashMap<>();
    private final Map<String, Ceiling> issuers = new HashMap<>();
    private final Map<Subject, Ceiling> subjects = new HashMap<>();

    @Autowired
    GitHubCeilings(Environment environment) {
        this(Binder.get(environment));
    }

    /** @throws SettingException for a ceiling that is not understood, so that it cannot be without effect */
    GitHubCeilings(Binder settings) {
        settings.bind(ACCESS, Settings.class).ifBound(this::read);
    }

    private void read(Settings settings) {
        settings.clients().forEach((name, client) -> put(clients, name, ACCESS + ".clients." + name, client.github()));
        settings.issuers().forEach((name, issuer) -> {
            String setting = ACCESS + ".issuers." + name;
            put(issuers, name, setting, issuer.github());
            issuer.subjects()
                    .forEach(subject -> put(
                            subjects, new Subject(name, subject.subject()), setting + ".subjects", subject.github()));
        });
    }

    private <K> void put(Map<K, Ceiling> ceilings, K key, String owner, @Nullable Map<String, List<String>> settings) {
        if (settings != null) {
            ceilings.put(key, parse(owner + ".github", settings));
        }
    }

    @Override
    public Ceiling parse(String setting, Map<String, List<String>> settings) {
        for (String name : settings.keySet()) {
            if (!Set.of(PERMISSIONS, REPOSITORIES).contains(name)) {
                throw new SettingException(setting + "." + name, "is not a setting; use permissions or repositories");
            }
        }
        return new Ceiling(
                parse(setting, settings, REPOSITORIES, Repositories::parse),
                parse(setting, settings, PERMISSIONS, Permissions::parse));
    }

    private static <T> @Nullable T parse(
            String setting, Map<String, List<String>> settings, String name, Function<List<String>, T> parser) {
        List<String> items = settings.get(name);
        try {
            return items == null ? null : parser.apply(items);
        } catch (IllegalArgumentException e) {
            throw new SettingException(setting + "." + name, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Platform platform() {
        return GitHubProvider.GITHUB.platform();
    }

    @Override
    public Optional<Ceiling> ofClient(String name) {
        return Optional.ofNullable(clients.get(name));
    }

    @Override
    public Optional<Ceiling> ofIssuer(String name) {
        return Optional.ofNullable(issuers.get(name));
    }

    @Override
    public Optional<Ceiling> ofSubject(String issuer, String subject) {
        return Optional.ofNullable(subjects.get(new Subject(issuer, subject)));
    }

    private record Subject(String issuer, String subject) {}

    /** The part of the settings of callers that concerns GitHub. */
    record Settings(
            @DefaultValue Map<String, ClientSettings> clients,
            @DefaultValue Map<String, IssuerSettings> issuers) {}

    record ClientSettings(@Nullable Map<String, List<String>> github) {}

    record IssuerSettings(
            @Nullable Map<String, List<String>> github,
            @DefaultValue List<SubjectSettings> subjects) {}

    record SubjectSettings(
            @DefaultValue("") String subject, @Nullable Map<String, List<String>> github) {}
}
