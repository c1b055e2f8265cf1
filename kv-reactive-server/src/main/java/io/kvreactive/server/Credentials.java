// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** The bearer token of a request. */
final class Credentials {

    private static final String SCHEME = "Bearer ";

    private Credentials() {}

    /** The token; throws {@link Refusal} if there is none. */
    static String of(HttpHeaders headers) {
        List<String> given = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (given.isEmpty()) {
            throw Refusal.unauthorized("There is no token; send Authorization: Bearer TOKEN.");
        }
        String header = given.get(0);
        boolean isBearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String token = isBearer ? header.substring(SCHEME.length()).trim() : "";
        if (given.size() > 1 || token.isEmpty()) {
            throw Refusal.unauthorized("The header Authorization is not Bearer and a token.");
        }
        return token;
    }
}
