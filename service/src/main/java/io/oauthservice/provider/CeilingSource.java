package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ceilings that settings give to callers at one platform. */
public interface CeilingSource {

    Platform platform();

    /** Of an API client, by its name. */
    Optional<Ceiling> ofClient(String name);

    /** Of all callers of an issuer of JWTs, by its name in the settings. */
    Optional<Ceiling> ofIssuer(String name);

    /** Of one subject of an issuer, in place of the issuer's. */
    Optional<Ceiling> ofSubject(String issuer, String subject);

    /**
     * Of an API client outside the settings.
     *
     * @param setting names the ceiling in problems
     * @throws io.oauthservice.startup.SettingException if it cannot be understood
     */
    Ceiling parse(String setting, Map<String, List<String>> items);
}
