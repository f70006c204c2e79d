package io.oauthservice.local;

import static io.oauthservice.RepositoryFiles.ROOT;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.test.context.DynamicPropertyRegistry;

/** A server that {@code deploy/openbao/bootstrap.sh} has set up for this service. */
public final class KeyService {

    /** The name under which the GitHub App's key is imported. */
    public static final String APP_KEY = "github-app";

    private static final String ROTATE = "transit/keys/oauth-service/rotate";

    private final LocalVault server;
    private final String roleId;
    private final String secretId;

    private KeyService(LocalVault server, String roleId, String secretId) {
        this.server = server;
        this.roleId = roleId;
        this.secretId = secretId;
    }

    /** Starts a new server and waits until it is ready. */
    public static KeyService start() {
        LocalVault server = LocalVault.start();
        String printed =
                server.run(Map.of(), ROOT.resolve("deploy/openbao/bootstrap.sh").toString());
        return new KeyService(server, setting(printed, "VAULT_ROLE_ID"), setting(printed, "VAULT_SECRET_ID"));
    }

    private static String setting(String printed, String name) {
        return printed.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(printed));
    }

    /** The service's settings for it. */
    public void register(DynamicPropertyRegistry properties) {
        settings().forEach((name, value) -> properties.add(name, () -> value));
    }

    public Map<String, String> settings() {
        return Map.of("VAULT_ADDR", server.address(), "VAULT_ROLE_ID", roleId, "VAULT_SECRET_ID", secretId);
    }

    public LocalVault server() {
        return server;
    }

    /** Rotates the key. */
    public void rotate() {
        server.post(ROTATE, Map.of());
    }

    /** Revokes or restores the permissions of the service. */
    public void permit(boolean permitted) {
        String policy = ROOT.resolve("deploy/openbao/policy.hcl").toString();
        String bao = "\"$BAO\" policy write oauth-service ";
        server.run(Map.of(), "sh", "-c", permitted ? bao + policy : "echo | " + bao + "-");
    }

    /** Imports the App's key, as docs/operations.md says. */
    public void importAppKey(String pem) throws GeneralSecurityException {
        PrivateKey key = Objects.requireNonNull(PemContent.of(pem).getPrivateKey());
        String base64 = Base64.getEncoder().encodeToString(key.getEncoded());
        server.run(
                Map.of("KEY", base64),
                "sh",
                "-c",
                "\"$BAO\" transit import transit/keys/" + APP_KEY + " \"$KEY\" type=rsa-2048");
    }
}
