// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;

/**
 * Commits pairs, several at once, and prints each that was acknowledged, with its version, until it is killed. Beside that it handles the messages
 * of pairs.
 */
final class PairWriter {

    private static final int IN_FLIGHT = 8;
    // Without a buffer: each acknowledgement is one write into the pipe, whole or not at all, and outlives the process.
    private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private PairWriter() {}

    /** Arguments: a name, the file, and the number of the first pair. */
    public static void main(String[] arguments) {
        Kv kv = Kv.create("sqlite:" + arguments[1]);
        Pairs.handleMessages(kv).subscribe();
        Flux.range(Integer.parseInt(arguments[2]), Integer.MAX_VALUE / 2)
                .flatMap(n -> Pairs.operation(kv, n).commit().doOnNext(result -> acknowledge(n, result)), IN_FLIGHT)
                .blockLast();
    }

    private static void acknowledge(int n, CommitResult result) {
        String version = ((CommitResult.Committed) result).versionstamp().toString();
        try {
            OUT.write((n + " " + version + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
