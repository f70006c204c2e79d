package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Where an app is installed: a workspace, or an organisation with all of its workspaces. */
sealed interface InstallTarget {

    String id();

    String name();

    /** The same workspace or organisation with another name. */
    InstallTarget withName(String name);

    /** The web address, which does not exist. */
    default String url() {
        return "https://" + name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".slack.example/";
    }

    default ObjectNode json() {
        return Json.object().put("id", id()).put("name", name());
    }

    /**
     * A workspace.
     *
     * @param enterpriseId the organisation that it is in; null where it is in none
     */
    record Team(String id, String name, @Nullable String enterpriseId) implements InstallTarget {

        @Override
        public Team withName(String name) {
            return new Team(id, name, enterpriseId);
        }

        Team within(@Nullable String enterprise) {
            return new Team(id, name, enterprise);
        }
    }

    /** An organisation on Enterprise Grid. */
    record Enterprise(String id, String name) implements InstallTarget {

        @Override
        public Enterprise withName(String name) {
            return new Enterprise(id, name);
        }
    }
}
