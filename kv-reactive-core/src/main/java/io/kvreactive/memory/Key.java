// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes that can be a key of a hash map. Shared, as all arrays of the SPI. */
final class Key {

    private final byte[] bytes;

    Key(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
