// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.util.Map;

/** The program of the README. */
public final class FirstProgram {

    public static void main(String[] args) {
        Kv kv = Kv.create("orders.sqlite"); // Deno's file, or a new one
        KvKey key = KvKey.of("orders", 42); // Deno's ["orders", 42]

        kv.set(key, Map.of("item", "tea"))
                .thenMany(kv.list(KvSelector.prefix("orders")))
                .doOnNext(entry -> System.out.println(entry.key() + " = " + entry.value()))
                .then(kv.close())
                .block();
    }
}
