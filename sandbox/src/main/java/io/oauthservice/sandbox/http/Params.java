package io.oauthservice.sandbox.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of a query or of a form, in their order; a name may occur more than once. */
public final class Params {

    private record Param(String name, String value) {}

    private final List<Param> all = new ArrayList<>();

    /** Reads {@code application/x-www-form-urlencoded} text; invalid encoding is taken literally. */
    public static Params parse(@Nullable String encoded) {
        Params params = new Params();
        if (encoded == null || encoded.isEmpty()) {
            return params;
        }
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            params.and(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return params;
    }

    /** Adds one parameter; a null value adds nothing. */
    public Params and(String name, @Nullable Object value) {
        if (value != null) {
            all.add(new Param(name, value.toString()));
        }
        return this;
    }

    /** Adds the other parameters after these. */
    public Params and(Params others) {
        all.addAll(others.all);
        return this;
    }

    /** The first value of this name, or null where there is none or it is empty. */
    public @Nullable String get(String name) {
        for (String value : all(name)) {
            return value.isEmpty() ? null : value;
        }
        return null;
    }

    public List<String> all(String name) {
        return all.stream()
                .filter(param -> param.name().equals(name))
                .map(Param::value)
                .toList();
    }

    public boolean has(String name) {
        return get(name) != null;
    }

    public void forEach(BiConsumer<String, String> each) {
        all.forEach(param -> each.accept(param.name(), param.value()));
    }

    public String encode() {
        return all.stream()
                .map(param -> encode(param.name()) + "=" + encode(param.value()))
                .collect(Collectors.joining("&"));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
