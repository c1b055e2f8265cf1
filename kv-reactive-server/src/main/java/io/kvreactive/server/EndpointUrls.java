// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Under which URL a client is told to find the data path. Clients of versions 2 and 3 resolve a path against the URL of their exchange; those of
 * version 1 need an absolute URL, which only the headers of their request can tell, unless the options do.
 */
final class EndpointUrls {

    /** What follows the URL of a database. */
    static final String DATA_PATH = "/v2";

    private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
    private static final Pattern PROTO = Pattern.compile("(?i)(?:^|[;,\\s])proto=\"?([a-z]+)\"?");
    private static final Pattern HOST = Pattern.compile("(?i)(?:^|[;,\\s])host=\"?([^\";,\\s]+)\"?");

    private final @Nullable String publicUrl;
    private final boolean trusts;

    static boolean isAuthority(String text) {
        return AUTHORITY.matcher(text).matches();
    }

    EndpointUrls(ServerOptions options) {
        URI uri = options.publicUrl();
        this.publicUrl = uri == null ? null : withoutTrailingSlash(uri.toString());
        this.trusts = options.forwardedHeaders() == ServerOptions.ForwardedHeaders.TRUST;
    }

    static URI checked(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean fits = (scheme.equals("http") || scheme.equals("https"))
                && url.getHost() != null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getRawUserInfo() == null;
        if (!fits) {
            throw new IllegalArgumentException(
                    "publicUrl must be an absolute http or https URL without query, fragment and user: " + url);
        }
        return url;
    }

    private static String withoutTrailingSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** The endpoint of a database, whose path is empty or {@code /db/NAME}. */
    String of(String databasePath, int version, String scheme, HttpHeaders headers) {
        if (publicUrl != null) {
            return publicUrl + databasePath + DATA_PATH;
        }
        String path = prefix(headers) + databasePath + DATA_PATH;
        return version == 1 ? origin(scheme, headers) + path : path;
    }

    private String origin(String scheme, HttpHeaders headers) {
        String authority = forwarded(headers, HOST, "x-forwarded-host", headers.get(HttpHeaderNames.HOST));
        if (authority == null || !isAuthority(authority)) {
            throw Refusal.badRequest("Version 1 of the protocol needs absolute URLs, and the request names no usable"
                    + " host; offer version 2 or 3, or let the server be started with a public URL.");
        }
        String proto = forwarded(headers, PROTO, "x-forwarded-proto", scheme);
        return ("https".equalsIgnoreCase(proto) ? "https" : "http") + "://" + authority;
    }

    /** What the nearest to the client wrote, if anything is to be believed. */
    private @Nullable String forwarded(HttpHeaders headers, Pattern part, String own, @Nullable String otherwise) {
        if (!trusts) {
            return otherwise;
        }
        String standard = headers.get("forwarded");
        if (standard != null) {
            Matcher matcher = part.matcher(first(standard));
            return matcher.find() ? matcher.group(1) : otherwise;
        }
        String value = headers.get(own);
        return value == null ? otherwise : first(value);
    }

    private String prefix(HttpHeaders headers) {
        String value = trusts ? headers.get("x-forwarded-prefix") : null;
        String prefix = value == null ? "" : withoutTrailingSlash(first(value));
        return PREFIX.matcher(prefix).matches() ? prefix : "";
    }

    private static String first(String list) {
        int comma = list.indexOf(',');
        return (comma < 0 ? list : list.substring(0, comma)).trim();
    }
}
