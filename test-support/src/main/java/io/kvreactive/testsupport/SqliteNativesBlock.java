// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound that SQLite blocks: it blocks inside its own native methods, which BlockHound does not know. Found by {@code ServiceLoader},
 * so every test run with this module on its class path has it.
 */
public final class SqliteNativesBlock implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        String natives = "org.sqlite.core.NativeDB";
        builder.markAsBlocking(natives, "step", "(J)I")
                .markAsBlocking(natives, "_exec_utf8", "([B)I")
                .markAsBlocking(natives, "prepare_utf8", "([B)J")
                .markAsBlocking(natives, "_open_utf8", "([BI)V");
    }
}
