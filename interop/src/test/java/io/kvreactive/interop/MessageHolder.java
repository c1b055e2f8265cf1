// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.Kv;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Takes a message, says so, and never ends handling it. */
final class MessageHolder {

    private MessageHolder() {}

    /** Arguments: a name, and the file. */
    public static void main(String[] arguments) {
        Kv kv = Kv.create("sqlite:" + Path.of(arguments[1]));
        kv.listenQueue(
                        Object.class,
                        message -> Mono.fromRunnable(() -> System.out.println("{\"holding\":true}"))
                                .then(Mono.never()))
                .block();
    }
}
