package io.oauthservice.sandbox.github;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The global id of an object, in GitHub's older form: Base64 of the type's length, its name and the id. */
final class NodeId {

    private NodeId() {}

    static String of(String type, long id) {
        String text = "0" + type.length() + ":" + type + id;
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
