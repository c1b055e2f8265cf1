// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.net.URI;
import java.util.regex.Pattern;

/** What is done to URLs here. Pure functions. */
final class Urls {

    private static final Pattern ABOVE_ROOT = Pattern.compile("^(/\\.\\.)+(?=/|$)");

    private Urls() {}

    /**
     * Resolves a reference as RFC 3986 says, section 5.2. {@link URI#resolve(URI)} is of an older mind: of a base without a path it makes the
     * reference a part of the host's name, of an empty reference the folder of the base, and it keeps what points above the root.
     */
    static URI resolve(URI base, URI reference) {
        if (reference.toString().isEmpty()) {
            return base;
        }
        URI from = base.getRawPath() == null || base.getRawPath().isEmpty() ? base.resolve("/") : base;
        URI resolved = from.resolve(reference);
        String path = resolved.getRawPath();
        if (path == null || !ABOVE_ROOT.matcher(path).find()) {
            return resolved;
        }
        return URI.create(resolved.getScheme() + "://" + resolved.getRawAuthority()
                + ABOVE_ROOT.matcher(path).replaceFirst("")
                + (resolved.getRawQuery() == null ? "" : "?" + resolved.getRawQuery()));
    }

    /** A URL without user, query and fragment, any of which may be a secret. */
    static String shown(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + (url.getRawPath() == null ? "" : url.getRawPath());
    }
}
