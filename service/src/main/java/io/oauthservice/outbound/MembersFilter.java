package io.oauthservice.outbound;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.filter.TokenFilter;

/** A filter of Jackson: in the named lists, each object keeps only the named members. */
final class MembersFilter extends TokenFilter {

    private final Map<String, Set<String>> members;

    /** @param members by the name of the list */
    MembersFilter(Map<String, Set<String>> members) {
        this.members = members;
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
        Set<String> kept = members.get(name);
        return kept == null ? INCLUDE_ALL : new Kept(kept);
    }

    private static final class Kept extends TokenFilter {

        private final Set<String> names;

        private Kept(Set<String> names) {
            this.names = names;
        }

        @Override
        public @Nullable TokenFilter includeProperty(String name) {
            return names.contains(name) ? INCLUDE_ALL : null;
        }
    }
}
