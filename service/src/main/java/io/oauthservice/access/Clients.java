package io.oauthservice.access;

import io.oauthservice.access.AccessFileParser.ClientEntry;
import io.oauthservice.access.AccessProperties.ApiKey;
import io.oauthservice.access.AccessProperties.Client;
import io.oauthservice.access.ClientSnapshot.KnownKey;
import io.oauthservice.startup.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Holds the API clients: those of the settings, and those of the access file. */
@Component
class Clients {

    private final Map<String, Client> configured;
    private final CallerCeilings ceilings;
    private final RateLimits limits;
    private final AccessFileParser parser;
    private final AccessFile.Content atStart;
    private volatile ClientSnapshot current;

    /**
     * Reads the access file.
     *
     * @throws SettingException if the file cannot be used
     */
    Clients(
            AccessProperties properties,
            CallerCeilings ceilings,
            RateLimits limits,
            AccessFile file,
            AccessFileParser parser) {
        this.configured = properties.clients();
        this.ceilings = ceilings;
        this.limits = limits;
        this.parser = parser;
        configured.forEach((name, client) ->
                AccessProperties.warnOfUnknown(AccessProperties.CLIENTS + "." + name, client.permissions()));
        this.atStart = file.read();
        this.current = snapshot(atStart);
    }

    /** The access file that the service started with. */
    AccessFile.Content atStart() {
        return atStart;
    }

    ClientSnapshot current() {
        return current;
    }

    /**
     * Replaces the clients of the access file as a whole.
     *
     * @throws SettingException if the file cannot be used; the clients stay as they are
     */
    void adopt(AccessFile.Content content) {
        current = snapshot(content);
    }

    private ClientSnapshot snapshot(AccessFile.Content content) {
        Map<String, ClientEntry> fromFile = parser.parse(content);
        requireDistinct(fromFile);
        fromFile.forEach((name, entry) -> AccessProperties.warnOfUnknown(
                AccessFileParser.setting(name), entry.client().permissions()));
        Map<String, ClientEntry> all = new HashMap<>(fromFile);
        configured.forEach((name, client) -> all.put(name, new ClientEntry(client, ceilings.ofClient(name))));
        return snapshotOf(all);
    }

    private void requireDistinct(Map<String, ClientEntry> fromFile) {
        Map<String, ApiKey> keys = AccessProperties.keysOf(AccessProperties.CLIENTS, configured);
        fromFile.forEach((name, entry) -> {
            if (configured.containsKey(name)) {
                throw new SettingException(AccessFileParser.setting(name), "is also in the settings");
            }
            keys.putAll(entry.client().keys(AccessFileParser.setting(name)));
        });
        AccessProperties.rejectSharedKeys(keys);
    }

    private ClientSnapshot snapshotOf(Map<String, ClientEntry> clients) {
        Map<String, KnownKey> keys = new HashMap<>();
        Map<String, Caller> callers = new HashMap<>();
        Map<String, String> displayNames = new HashMap<>();
        clients.forEach((name, entry) -> {
            Client client = entry.client();
            RateLimit limit = limits.of(name, name, client.requestsPerSecond());
            Caller caller = client.caller(name, entry.ceilings(), limit);
            callers.put(name, caller);
            client.keys(name).values().forEach(key -> keys.put(key.hash(), KnownKey.of(caller, key)));
            if (client.displayName() != null) {
                displayNames.put(name, client.displayName());
            }
        });
        ClientEntry open = clients.get(AccessProperties.ANONYMOUS);
        return new ClientSnapshot(
                keys,
                callers,
                displayNames,
                callers.get(AccessProperties.ANONYMOUS),
                Networks.parse(
                        AccessProperties.ANONYMOUS,
                        open == null ? List.of() : open.client().networks()));
    }
}
