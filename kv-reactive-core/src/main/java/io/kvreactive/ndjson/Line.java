// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import org.jspecify.annotations.Nullable;

/** A line of an import: its text, or why there is none. */
record Line(String text, @Nullable String defect) {

    static Line of(String text) {
        return new Line(text, null);
    }

    static Line of(String text, int maxLength) {
        return text.length() > maxLength ? tooLong(maxLength) : of(text);
    }

    static Line refused(String reason) {
        return new Line("", reason);
    }

    static Line tooLong(int maxLineBytes) {
        return refused("longer than " + maxLineBytes + " bytes; allow more with NdjsonImportOptions.maxLineBytes");
    }

    /** Tells whether there is nothing to import. */
    boolean isBlank() {
        return defect == null && text.isBlank();
    }
}
