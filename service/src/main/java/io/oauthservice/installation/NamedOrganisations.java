package io.oauthservice.installation;

import java.util.List;

/**
 * The organisations that have a name.
 *
 * @param ids in their order; where there are very many, some of them
 * @param complete false: there are further organisations of this name, which may or may not have a grant
 */
public record NamedOrganisations(List<String> ids, boolean complete) {

    public NamedOrganisations {
        ids = List.copyOf(ids);
    }

    /** Whether no organisation has the name. */
    public boolean isEmpty() {
        return ids.isEmpty() && complete;
    }

    /** Whether the name certainly means a single organisation. */
    public boolean isUnique() {
        return ids.size() == 1 && complete;
    }
}
