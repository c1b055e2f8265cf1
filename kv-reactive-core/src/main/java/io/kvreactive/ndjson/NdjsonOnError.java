// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

/** What an export or import does with a single entry or line that cannot be carried over. */
public enum NdjsonOnError {

    /** It ends there with an error. What comes before is carried over, what comes behind is not. */
    STOP,

    /** It counts the error, tells the {@link NdjsonObserver}, and goes on. */
    CONTINUE
}
