package io.oauthservice.provider;

import io.oauthservice.core.Platform;
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
}
