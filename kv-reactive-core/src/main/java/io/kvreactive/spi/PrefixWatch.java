// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import reactor.core.publisher.Flux;

/** What a {@link Database} implements that can tell of changes in a range of keys. */
public interface PrefixWatch {

    /**
     * Watches the keys of a range. First every entry that is there is given, in the order of keys, then each key that a commit of whatever
     * process has written, or that expired, with its newest state. Changes of one key between two requests are one change.
     *
     * @param start the encoded key from which keys are watched, inclusive
     * @param end the encoded key up to which keys are watched, exclusive
     * @return changes, as they are requested. Completes when the database is closed
     */
    Flux<RawChange> watchRange(byte[] start, byte[] end);
}
