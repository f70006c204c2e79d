package io.oauthservice;

/** Every platform with one organisation of the sandbox, for tests that hold for all platforms. */
public enum TestPlatform {
    GITHUB("github", "github", "9001", "mint"),
    JIRA("jira", "atlassian", Sites.ACME, "refresh"),
    SLACK("slack", "slack", "T0ACME", "refresh");

    private final String id;
    private final String sandbox;
    private final String organisation;
    private final String refreshOperation;

    TestPlatform(String id, String sandbox, String organisation, String refreshOperation) {
        this.id = id;
        this.sandbox = sandbox;
        this.organisation = organisation;
        this.refreshOperation = refreshOperation;
    }

    /** The platform's id in the service. */
    public String id() {
        return id;
    }

    /** The provider's name in the sandbox's control API. */
    public String sandbox() {
        return sandbox;
    }

    public String organisation() {
        return organisation;
    }

    /** The sandbox's name of a refresh. */
    public String refreshOperation() {
        return refreshOperation;
    }

    /** Calls of {@link #refreshOperation} in an install flow. */
    public int refreshesOfAnInstall() {
        return refreshOperation.equals("mint") ? 1 : 0;
    }
}
