// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.spi.RawEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a watch: a snapshot of all watched keys, those that did not change left out ({@code docs/spec/kv-connect.md}, section 4.3).
 * Immutable.
 *
 * @param status the numbers of {@link ReadAnswer}
 * @param keys what is told of each watched key, in the order of the request
 */
public record WatchAnswer(int status, List<Key> keys) {

    /**
     * What a frame tells of a key.
     *
     * @param isChanged whether it is told anew; else it is as the frame before said
     * @param entry the entry, or null if the key is absent; null too if it is not told
     */
    public record Key(boolean isChanged, @Nullable RawEntry entry) {}

    /**
     * Copies the list.
     *
     * @param status the status
     * @param keys the keys
     */
    public WatchAnswer {
        keys = List.copyOf(keys);
    }
}
