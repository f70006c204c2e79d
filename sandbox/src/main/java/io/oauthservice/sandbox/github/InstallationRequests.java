package io.oauthservice.sandbox.github;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open requests, oldest first. */
final class InstallationRequests {

    private final List<InstallationRequest> open;

    InstallationRequests(List<InstallationRequest> saved) {
        this.open = new ArrayList<>(saved);
    }

    List<InstallationRequest> all() {
        return List.copyOf(open);
    }

    InstallationRequest add(InstallationRequest request) {
        open.add(request);
        return request;
    }

    @Nullable
    InstallationRequest find(long id) {
        return open.stream().filter(each -> each.id() == id).findFirst().orElse(null);
    }

    @Nullable
    InstallationRequest findOn(long accountId) {
        return open.stream()
                .filter(each -> each.accountId() == accountId)
                .findFirst()
                .orElse(null);
    }

    /** Closes every request for this account. */
    void removeFor(Account account) {
        open.removeIf(request -> request.accountId() == account.id());
    }
}
