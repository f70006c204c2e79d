package io.oauthservice.logging;

/** Logger names form a hierarchy, separated by dots. */
final class LoggerNames {

    private LoggerNames() {}

    /** Whether the logger is the ancestor itself or below it. */
    static boolean isWithin(String name, String ancestor) {
        return name.startsWith(ancestor)
                && (name.length() == ancestor.length() || name.charAt(ancestor.length()) == '.');
    }
}
