package io.oauthservice.installation;

import java.util.Map;
import reactor.core.publisher.Mono;

/** Records the changes of installations in the audit. Each call is part of the transaction of the change. */
public interface ChangeAudit {

    /**
     * Records a change; an error undoes it.
     *
     * @param action what has happened, such as {@code installation.suspended}
     * @param after the installation as the change left it
     */
    Mono<Void> add(String action, Installation after, Map<String, ?> detail);
}
