package io.oauthservice.logging;

/** Logger names are a hierarchy, divided by dots. */
final class LoggerNames {

    private LoggerNames() {}

    /** Whether the logger is the other one or below it. */
    static boolean isWithin(String name, String ancestor) {
        return name.startsWith(ancestor)
                && (name.length() == ancestor.length() || name.charAt(ancestor.length()) == '.');
    }
}
