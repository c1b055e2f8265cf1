// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Which file it is that was opened. A file that is deleted, or replaced by another, can still be written by those who have it open, and what they
 * write is gone with them. With a log of this kind SQLite does not notice, {@code docs/spec/sqlite-format.md} section 8.
 */
final class FileIdentity {

    private final Path path;
    private final @Nullable Object key;

    private FileIdentity(Path path, @Nullable Object key) {
        this.path = path;
        this.key = key;
    }

    /** The file that a path leads to now. Blocks, as {@link #requireInPlace()} does: for threads of connections. */
    static FileIdentity of(Path path) {
        return new FileIdentity(path, keyOf(path));
    }

    /** Fails if the path does not lead to this file any more. Systems on which files that are open stay in their place tell no key. */
    void requireInPlace() {
        if (key != null && !key.equals(keyOf(path))) {
            throw new KvDatabaseException(
                    "commit on " + path + ": the file was deleted or replaced while it was open; nothing was written."
                            + " Close this Kv, see to the file, and create a new Kv",
                    null);
        }
    }

    private static @Nullable Object keyOf(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }
}
