// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

/** Why a line cannot be imported, on its way to the line's number. Says what is there, without showing values. */
final class Refused extends RuntimeException {

    Refused(String reason) {
        // Thrown for every bad line of a file, and never logged by itself.
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
