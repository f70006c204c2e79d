package io.oauthservice.provider;

import java.util.Map;

/** A provider that also sends browsers to the callback after a change that no flow of this service started. */
public interface CallbackNotices {

    /**
     * Whether a callback without a state reports such a change. Nothing is stored for it, because anyone can set its
     * parameters.
     */
    boolean isNotice(Map<String, String> parameters);
}
