// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.util.UUID;

/**
 * A database as clients know it, open or not.
 *
 * @param name its name; empty for the one under {@code /}
 * @param id the name by which the protocol knows it, in lower case
 * @param tokens what opens it
 */
record ServedDatabase(String name, String id, AccessTokens tokens) {

    static ServedDatabase of(String name, UUID id, String accessToken) {
        return new ServedDatabase(name, id.toString(), AccessTokens.of(accessToken, id));
    }
}
