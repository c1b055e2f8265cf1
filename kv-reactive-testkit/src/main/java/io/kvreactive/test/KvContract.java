// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * What every backend must do, as a suite of tests: the definition of correct. A backend's own tests extend it and say where a fresh database
 * is:
 *
 * <pre>{@code
 * class TreeMapContractTest extends KvContract {
 *     @Override
 *     protected String freshUrl() {
 *         return "treemap:";
 *     }
 *
 *     @Override
 *     protected Set<Trait> lacks() {
 *         return Set.of(Trait.SURVIVES_CLOSE, Trait.BACKS_UP);
 *     }
 * }
 * }</pre>
 *
 * <p>Each topic is a nested class. Databases are opened by URL, as a user opens them, with the test kit in between, so that a test can look
 * at what reaches the backend.
 */
public abstract class KvContract {

    /** What not every backend can do. Where one is lacking, the contract expects what its comment says. */
    public enum Trait {
        /** Opening the same URL again after {@code close()} finds what was written; without it, an empty database. */
        SURVIVES_CLOSE,
        /** Entries tell when they expire; without it, {@code expiresAt()} is null. */
        TELLS_EXPIRY,
        /** A commit that fails at one of its mutations leaves nothing; without it, the tests of that are aborted. */
        WHOLE_COMMITS,
        /** A conflict names the checks that failed; without it, it names none. */
        NAMES_FAILED_CHECKS,
        /** Messages can be enqueued; without it, the commit ends with {@code KvUnsupportedException}. */
        ENQUEUES,
        /** A message may ask for one delivery only, by an empty backoff schedule; without it, {@code KvUnsupportedException}. */
        DELIVERS_ONCE,
        /** Messages are delivered; without it, {@code messages} and {@code listenQueue} end with {@code KvUnsupportedException}. */
        DELIVERS,
        /** The queue can be looked at; without it, {@code queue()} answers with {@code KvUnsupportedException}. */
        SHOWS_QUEUE,
        /** Keys can be watched; without it, {@code watch} ends with {@code KvUnsupportedException}. */
        WATCHES,
        /** A watch knows of a commit when that is acknowledged; without it, the news may take a moment. */
        TELLS_AT_ONCE,
        /** Prefixes can be watched; without it, {@code watchPrefix} ends with {@code KvUnsupportedException}. */
        WATCHES_PREFIXES,
        /** The database can be copied into a file; without it, {@code backup} ends with {@code KvUnsupportedException}. */
        BACKS_UP,
        /** Entries expire by the clock of the options; without it, the tests that move the clock are aborted. */
        FOLLOWS_THE_CLOCK,
        /** The limits are exactly Deno's; without it, Deno's vectors of limits are aborted. Declared limits are held in any case. */
        DENO_LIMITS,
        /** Bytes that are no key or no value can be stored through the SPI; without it, the tests on damaged entries are aborted. */
        STORES_DAMAGED_BYTES
    }

    /** For subclasses. */
    protected KvContract() {}

    /**
     * Where a fresh, empty database is. Called once in a test, which opens the URL at least once and closes what it opens; opened while it is
     * open, it need not give the same database.
     *
     * @return a URL that {@code Kv.create} takes
     */
    protected abstract String freshUrl();

    /**
     * Adds a backend's own options, such as where its files are.
     *
     * @param options what the contract asks for: a clock, a scheduler and more, to be kept
     * @return the options, changed with {@link KvOptions#mutate()}; by default as they are
     */
    protected KvOptions configure(KvOptions options) {
        return options;
    }

    /**
     * What the backend cannot do.
     *
     * @return the missing traits, none by default
     */
    protected Set<Trait> lacks() {
        return Set.of();
    }

    /**
     * How many transfers are made under contention: enough to meet every race, few enough to be over soon.
     *
     * @return ten thousand by default; fewer where each costs round trips over a network
     */
    protected int transfers() {
        return 10_000;
    }

    /**
     * Counts what a database has open for operations under way, such as statements or exchanges: nothing may be left when they are over or
     * were cancelled.
     *
     * @param database what the backend's handler opened
     * @return how many; 0 by default
     */
    protected long openResources(Database database) {
        return 0;
    }

    @Nested
    class Keys extends KeysContract {
        Keys() {
            super(KvContract.this);
        }
    }

    @Nested
    class Values extends ValuesContract {
        Values() {
            super(KvContract.this);
        }
    }

    @Nested
    class Reads extends ReadsContract {
        Reads() {
            super(KvContract.this);
        }
    }

    @Nested
    class Writes extends WritesContract {
        Writes() {
            super(KvContract.this);
        }
    }

    @Nested
    class Listings extends ListingsContract {
        Listings() {
            super(KvContract.this);
        }
    }

    @Nested
    class Pages extends PagesContract {
        Pages() {
            super(KvContract.this);
        }
    }

    @Nested
    class CountAndDeletePrefix extends PrefixesContract {
        CountAndDeletePrefix() {
            super(KvContract.this);
        }
    }

    @Nested
    class Atomic extends AtomicContract {
        Atomic() {
            super(KvContract.this);
        }
    }

    @Nested
    class Counters extends CountersContract {
        Counters() {
            super(KvContract.this);
        }
    }

    @Nested
    class VersionstampedKeys extends VersionstampedKeysContract {
        VersionstampedKeys() {
            super(KvContract.this);
        }
    }

    @Nested
    class Expiry extends ExpiryContract {
        Expiry() {
            super(KvContract.this);
        }
    }

    @Nested
    class Enqueue extends EnqueueContract {
        Enqueue() {
            super(KvContract.this);
        }
    }

    @Nested
    class Delivery extends DeliveryContract {
        Delivery() {
            super(KvContract.this);
        }
    }

    @Nested
    class Watch extends WatchContract {
        Watch() {
            super(KvContract.this);
        }
    }

    @Nested
    class Limits extends LimitsContract {
        Limits() {
            super(KvContract.this);
        }
    }

    @Nested
    class Transact extends TransactContract {
        Transact() {
            super(KvContract.this);
        }
    }

    @Nested
    class Deadlines extends DeadlinesContract {
        Deadlines() {
            super(KvContract.this);
        }
    }

    @Nested
    class DamagedEntries extends DamagedEntriesContract {
        DamagedEntries() {
            super(KvContract.this);
        }
    }

    @Nested
    class Closing extends ClosingContract {
        Closing() {
            super(KvContract.this);
        }
    }

    @Nested
    class Errors extends ErrorsContract {
        Errors() {
            super(KvContract.this);
        }
    }

    @Nested
    class ExportAndImport extends NdjsonContract {
        ExportAndImport() {
            super(KvContract.this);
        }
    }

    @Nested
    class DenoVectors extends DenoVectorsContract {
        DenoVectors() {
            super(KvContract.this);
        }
    }

    @Nested
    class Publishers extends PublisherRules {
        Publishers() {
            super(KvContract.this);
        }
    }
}
