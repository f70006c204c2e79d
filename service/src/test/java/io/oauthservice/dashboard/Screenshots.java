package io.oauthservice.dashboard;

import io.oauthservice.Sites;
import io.oauthservice.local.LocalProperties;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Not a test: renders the pictures in docs/images from sample data. CONTRIBUTING.md says how to run it. */
class Screenshots extends ChromiumTestBase {

    private static final Path IMAGES = Path.of("..", "docs", "images");
    private static final int DESKTOP = 1280;
    private static final int PHONE = 390;

    private String shown;

    @BeforeEach
    void insertSampleData() {
        add("slack", "T0STARK", "stark", "revoked", "by_us");
        add("slack", "T0HOOLI", "hooli", "pending_approval", null);
        add("github", "9005", "umbrella", "unclaimed", null);
        add("slack", "T0INITECH", "initech", "suspended", "by_provider");
        add("jira", "11111111-aaaa-4bbb-8ccc-000000000002", "globex", "needs_reconnect", "refresh_refused");
        String site = add("jira", Sites.ACME, "acme", "active", null);
        shown = add("github", ACME, "acme", "active", null);
        rows.change("""
                UPDATE oauth_installations SET installed_by = 'anna', labels = '{"team": "search"}',
                    token_expires_at = clock_timestamp() + INTERVAL '50 minutes' WHERE status = 'active'
                """, Map.of());
        rows.change("""
                UPDATE oauth_installations SET scopes = '{read:jira-work,offline_access}',
                    requested_scopes = '{read:jira-work,write:jira-work,offline_access}',
                    refresh_token_expires_at = clock_timestamp() + INTERVAL '80 days' WHERE id = :id::uuid
                """, Map.of("id", site));
        rows.change("""
                UPDATE oauth_installations SET permissions = '{"contents": "read", "issues": "write", "metadata": "read"}',
                    labels = '{"team": "search", "tier": "gold"}' WHERE id = :id::uuid
                """, Map.of("id", shown));
        rows.change("""
                INSERT INTO oauth_installation_usage (installation_id, last_used_at, last_used_by)
                SELECT id, date_trunc('hour', clock_timestamp()), 'indexer' FROM oauth_installations WHERE status = 'active'
                """, Map.of());
        SampleHistory.addAll(rows, shown);
    }

    private String add(String platform, String org, String name, String status, @Nullable String reason) {
        String id = rows.insert(platform, org, name, status);
        rows.change("""
                UPDATE oauth_installations SET created_at = made, status_since = made, status_reason = NULLIF(:reason, '')
                FROM (SELECT clock_timestamp() - (40 - count(*)) * INTERVAL '31 hours' AS made FROM oauth_installations) m
                WHERE id = :id::uuid
                """, Map.of("id", id, "reason", reason == null ? "" : reason));
        return id;
    }

    private void save(String name) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(chromium.picture()));
        // Without transparency, and better compressed than by the browser.
        BufferedImage opaque = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.getGraphics().drawImage(picture, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(0);
        try (OutputStream file = Files.newOutputStream(IMAGES.resolve(name + ".png"));
                ImageOutputStream output = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(opaque, null, null), parameters);
        }
    }

    @Test
    void signInForm() throws IOException {
        chromium.setAppearance(false, DESKTOP);
        save("sign-in");
    }

    @Test
    void list() throws IOException {
        chromium.setAppearance(false, DESKTOP);
        signIn();
        chromium.open(base + "/?status=all");
        chromium.await("tbody tr");
        save("installations");
    }

    @Test
    void oneInstallation() throws IOException {
        chromium.setAppearance(false, DESKTOP);
        signIn();
        chromium.open(base + "/ui/installations/" + shown);
        save("installation");
    }

    @Test
    void listOnAPhone() throws IOException {
        chromium.setAppearance(true, PHONE);
        submitKey(LocalProperties.API_KEY);
        chromium.awaitText("Connected organisations");
        chromium.open(base + "/?platform=jira");
        save("phone");
    }
}
