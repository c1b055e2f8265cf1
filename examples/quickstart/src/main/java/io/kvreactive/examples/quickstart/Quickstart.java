// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Works on a copy of a database that Deno wrote: prints its entries, streams a list, and moves money between two accounts. */
public final class Quickstart {

    private static final KvKey ALICE = KvKey.of("account", "alice");
    private static final KvKey BOB = KvKey.of("account", "bob");

    private Quickstart() {}

    public static void main(String[] args) throws IOException {
        Path original = Path.of(args.length > 0 ? args[0] : "testdata/mixed.sqlite");
        Path copy = Files.createTempDirectory("quickstart").resolve("quickstart.sqlite");
        Files.copy(original, copy);
        run(copy).doOnNext(System.out::println).blockLast();
    }

    /** What the program prints, line by line. The database is closed when the lines end, fail, or are cancelled. */
    static Flux<String> run(Path file) {
        return Flux.usingWhen(
                Mono.fromSupplier(() -> Kv.create(file.toString())),
                kv -> Flux.concat(printAll(kv), stream(kv), transfer(kv)),
                Kv::close);
    }

    private static Flux<String> printAll(Kv kv) {
        // A value without a natural Java form, such as a cycle, must not end the list: keep it, and its stored bytes.
        return kv.list(KvSelector.prefix().onDecodeError(KvSelector.OnDecodeError.KEEP))
                .map(Quickstart::line)
                .startWith("== every entry that Deno wrote");
    }

    private static Flux<String> stream(Kv kv) {
        // The database is read as the subscriber asks: ten entries at a time, newest key first.
        return kv.list(KvSelector.prefix("k").reverse().batchSize(10))
                .limitRate(10)
                .map(entry -> entry.key().toString())
                .buffer(8)
                .map(keys -> String.join(" ", keys))
                .startWith("== the keys below [\"k\"], backwards, in batches of ten");
    }

    private static Flux<String> transfer(Kv kv) {
        Mono<String> accounts =
                kv.atomic().set(ALICE, 100).set(BOB, 0).commit().map(result -> "alice has 100, bob has 0: " + result);
        Mono<String> stale = kv.getMany(List.of(ALICE, BOB))
                .flatMap(seen -> move(kv, seen, 30)
                        .map(result -> "30 from alice to bob: " + result)
                        // What was seen is no longer what is there: the second transfer meets a conflict and writes
                        // nothing.
                        .concatWith(move(kv, seen, 50).map(result -> "50 more, on what was seen before: " + result))
                        .collectList()
                        .map(lines -> String.join(System.lineSeparator(), lines)));
        Flux<String> result = kv.list(KvSelector.prefix("account")).map(Quickstart::line);
        return Flux.concat(accounts, stale, result).startWith("== a checked transfer");
    }

    private static Mono<CommitResult> move(Kv kv, List<KvEntryMaybe<Object>> seen, int amount) {
        return kv.atomic()
                .check(seen.get(0), seen.get(1))
                .set(ALICE, balance(seen.get(0)) - amount)
                .set(BOB, balance(seen.get(1)) + amount)
                .commit();
    }

    private static int balance(KvEntryMaybe<Object> account) {
        return account.value() instanceof Integer amount ? amount : 0;
    }

    private static String line(KvEntry<Object> entry) {
        String value = entry.decodeError() != null
                ? entry.rawValue() + ", " + entry.decodeError().getMessage()
                : text(entry.value());
        return entry.key() + " = " + (value.length() > 100 ? value.substring(0, 100) + "..." : value);
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? "bytes " + HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }
}
