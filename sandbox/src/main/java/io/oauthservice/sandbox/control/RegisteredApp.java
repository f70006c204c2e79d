package io.oauthservice.sandbox.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** An app that is registered in the sandbox. */
public interface RegisteredApp {

    /**
     * The settings of a service that uses this app, by environment variable.
     *
     * @param directory where the app's private key is written, if it has one; readable by its owner only
     */
    Map<String, String> environment(Path directory) throws IOException;
}
