// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** What a {@link Database} implements that can copy itself into a file while it is used. */
public interface Backup {

    /**
     * Copies the database.
     *
     * @param target the file, which must not exist
     * @return the size of the copy in bytes, once it is on the disk. The copy is one snapshot, whoever writes meanwhile; a copy that fails or
     *     is cancelled leaves no file
     */
    Mono<Long> backup(Path target);
}
