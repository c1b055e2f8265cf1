// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of a key as a value: equal and ordered as the file has them. The array is shared. */
final class EncodedKey implements Comparable<EncodedKey> {

    private final byte[] bytes;
    private final int hash;

    private EncodedKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    static EncodedKey of(byte[] bytes) {
        return new EncodedKey(bytes);
    }

    static List<EncodedKey> all(List<byte[]> keys) {
        return keys.stream().map(EncodedKey::of).toList();
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public int compareTo(EncodedKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EncodedKey key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
