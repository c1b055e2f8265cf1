// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is: {@code scheme:rest}, or a bare path of a file. {@code :memory:} is short for {@code memory:}. Immutable.
 */
public final class DatabaseUrl {

    // One letter and a colon is a drive, not a scheme.
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);
    private static final Set<String> WITHOUT_SECRETS = Set.of("sqlite", "file", "memory");

    private final @Nullable String scheme;
    private final String rest;

    private DatabaseUrl(@Nullable String scheme, String rest) {
        this.scheme = scheme;
        this.rest = rest;
    }

    /**
     * Reads a URL. No I/O.
     *
     * @param text a URL with a scheme, or a path
     * @return the parts
     * @throws IllegalArgumentException if it is empty, or begins with a colon and is not {@code :memory:}
     */
    public static DatabaseUrl parse(String text) {
        if (Objects.requireNonNull(text, "url").isBlank()) {
            throw new IllegalArgumentException(
                    "the URL of the database is empty; give a path, sqlite:path, memory: or http(s)://...");
        }
        if (text.equals(":memory:")) {
            return new DatabaseUrl("memory", "");
        }
        if (text.startsWith(":")) {
            throw new IllegalArgumentException("a path cannot begin with ':'; for a file of that name write ./" + text);
        }
        Matcher matcher = SCHEME.matcher(text);
        if (!matcher.matches()) {
            return new DatabaseUrl(null, text);
        }
        return new DatabaseUrl(matcher.group(1).toLowerCase(Locale.ROOT), matcher.group(2));
    }

    /**
     * The scheme.
     *
     * @return in lower case, without the colon; null for a bare path
     */
    public @Nullable String scheme() {
        return scheme;
    }

    /**
     * What follows the scheme and its colon, or the bare path.
     *
     * @return the text
     */
    public String rest() {
        return rest;
    }

    /** The URL without user, password, query and fragment, any of which may be a secret. */
    @Override
    public String toString() {
        if (scheme == null) {
            return rest;
        }
        return scheme + ":" + (WITHOUT_SECRETS.contains(scheme) ? rest : redacted());
    }

    private String redacted() {
        // A password may hold any of these characters unescaped: rather show too little.
        int at = rest.lastIndexOf('@');
        String host = at < 0 ? rest : (rest.startsWith("//") ? "//" : "") + rest.substring(at + 1);
        int end = 0;
        while (end < host.length() && host.charAt(end) != '?' && host.charAt(end) != '#') {
            end++;
        }
        return host.substring(0, end);
    }
}
