// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.kvreactive.KvEntry;
import java.util.Objects;

/** Values of entries, which in Deno's databases may be null, but never are where this application writes. */
final class Stored {

    private Stored() {}

    static <T> T value(KvEntry<T> entry) {
        return Objects.requireNonNull(entry.value(), () -> entry.key() + " holds null");
    }
}
