package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ceilings that settings give to callers at one platform. */
public interface CeilingSource {

    Platform platform();

    /** The ceiling of the API client of this name; empty: none. */
    Optional<Ceiling> ofClient(String name);

    /** The ceiling of all callers of an issuer of JWTs, by its name in the settings; empty: none. */
    Optional<Ceiling> ofIssuer(String name);

    /** The ceiling of one subject, which replaces that of its issuer; empty: none. */
    Optional<Ceiling> ofSubject(String issuer, String subject);

    /**
     * Parses the ceiling of an API client of the access file.
     *
     * @param setting names the ceiling in problems
     * @throws io.oauthservice.startup.SettingException if it cannot be understood
     */
    Ceiling parse(String setting, Map<String, List<String>> items);
}
