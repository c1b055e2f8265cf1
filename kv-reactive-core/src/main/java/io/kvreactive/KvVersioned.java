// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/** What a check of an atomic operation needs to know: a key, and the version that was seen under it. */
public sealed interface KvVersioned permits KvEntry, KvEntryMaybe {

    /**
     * The key.
     *
     * @return the key
     */
    KvKey key();

    /**
     * The version that was seen.
     *
     * @return the version, or null if there was no entry
     */
    @Nullable
    Versionstamp versionstamp();
}
