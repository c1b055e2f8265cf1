// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the four processes of {@link FourProcessesIT} share: accounts, counters, and a ledger in which each transfer is written by its own
 * commit, with the balances that it left.
 */
final class Bank {

    static final int ACCOUNTS = 10;
    static final int COUNTERS = 3;
    static final int BALANCE = 1000;
    static final int TOTAL = ACCOUNTS * BALANCE;
    static final List<KvKey> ACCOUNT_KEYS =
            IntStream.range(0, ACCOUNTS).mapToObj(Bank::account).toList();
    /** Counts the transfers of all. */
    static final KvKey TRANSFERS = KvKey.of("transfers");

    private Bank() {}

    static KvKey account(int number) {
        return KvKey.of("account", number);
    }

    static KvKey counter(int number) {
        return KvKey.of("counter", number);
    }

    static KvKey ledger(String process, int n) {
        return KvKey.of("ledger", process, n);
    }

    static int balance(KvEntryMaybe<Object> account) {
        return (Integer) account.value();
    }

    /** What a transfer of so much writes into the ledger. */
    record Entry(int from, int to, int amount, int fromAfter, int toAfter) {

        static Entry of(Transfer transfer, KvEntryMaybe<Object> from, KvEntryMaybe<Object> to) {
            return new Entry(
                    transfer.from,
                    transfer.to,
                    transfer.amount,
                    balance(from) - transfer.amount,
                    balance(to) + transfer.amount);
        }

        static Entry of(Object value) {
            Map<?, ?> map = (Map<?, ?>) value;
            return new Entry(
                    (Integer) map.get("from"),
                    (Integer) map.get("to"),
                    (Integer) map.get("amount"),
                    (Integer) map.get("fromAfter"),
                    (Integer) map.get("toAfter"));
        }

        Map<String, Integer> value() {
            return Map.of("from", from, "to", to, "amount", amount, "fromAfter", fromAfter, "toAfter", toAfter);
        }
    }

    /** A transfer to be made, the n-th of its process. */
    record Transfer(int n, int from, int to, int amount) {}

    /** The file as a program sees it. */
    record View(List<Integer> accounts, List<Long> counters, long transfers, List<KvEntry<Object>> ledger) {

        static View of(Kv kv) {
            List<Integer> accounts =
                    kv.getMany(ACCOUNT_KEYS).block().stream().map(Bank::balance).toList();
            List<Long> counters = IntStream.range(0, COUNTERS)
                    .mapToObj(i -> count(kv, counter(i)))
                    .toList();
            return new View(
                    accounts,
                    counters,
                    count(kv, TRANSFERS),
                    kv.list(KvSelector.prefix("ledger")).collectList().block());
        }

        private static long count(Kv kv, KvKey key) {
            return ((KvU64) kv.get(key).block().value()).longValueExact();
        }

        /** As {@code deno/bank.mjs} shows it. */
        List<String> texts() {
            List<String> texts = new ArrayList<>();
            texts.add("accounts " + accounts);
            texts.add("counters " + counters);
            texts.add("transfers " + transfers);
            for (KvEntry<Object> written : ledger) {
                Entry entry = Entry.of(written.value());
                texts.add("%s %d at %s: %d from %d to %d, now %d and %d"
                        .formatted(
                                written.key().parts().get(1),
                                number(written),
                                written.versionstamp(),
                                entry.amount,
                                entry.from,
                                entry.to,
                                entry.fromAfter,
                                entry.toAfter));
            }
            return texts;
        }

        static int number(KvEntry<Object> ledgerEntry) {
            return ((Number) ledgerEntry.key().parts().get(2)).intValue();
        }
    }
}
