// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound that SQLite blocks. It blocks inside its own native methods, which BlockHound does not know, so that without this a query on a
 * thread that must not block passes unnoticed. Found by {@code ServiceLoader}: an application whose tests have BlockHound and this module on their
 * class path has it.
 */
public final class SqliteBlocks implements BlockHoundIntegration {

    private static final String NATIVES = "org.sqlite.core.NativeDB";

    /** For {@code ServiceLoader}. */
    public SqliteBlocks() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.markAsBlocking(NATIVES, "_open_utf8", "([BI)V")
                .markAsBlocking(NATIVES, "prepare_utf8", "([B)J")
                .markAsBlocking(NATIVES, "step", "(J)I")
                .markAsBlocking(NATIVES, "_exec_utf8", "([B)I");
    }
}
