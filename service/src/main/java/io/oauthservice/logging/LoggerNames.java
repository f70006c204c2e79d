package io.oauthservice.logging;

import java.util.List;

/** Logger names form a hierarchy, separated by dots. */
final class LoggerNames {

    private LoggerNames() {}

    /** Without a stream, because each log record is checked. */
    static boolean isWithinAny(String name, List<String> ancestors) {
        for (String ancestor : ancestors) {
            if (isWithin(name, ancestor)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the logger is the ancestor itself or below it. */
    static boolean isWithin(String name, String ancestor) {
        return name.startsWith(ancestor)
                && (name.length() == ancestor.length() || name.charAt(ancestor.length()) == '.');
    }
}
