// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

/** How current a read must be. An embedded database is always {@link #STRONG}. */
public enum KvConsistency {
    /** The read sees every commit that was acknowledged before it began. The default. */
    STRONG,
    /** The read may see an older state, and may be answered by a nearer server. */
    EVENTUAL
}
