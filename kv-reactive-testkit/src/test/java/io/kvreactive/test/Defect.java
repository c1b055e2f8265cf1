// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

/** What a backend may do wrong, and the topic of the contract that must notice. */
enum Defect {
    NONE(KvContract.Reads.class),
    FORGETS_THE_LIMIT(KvContract.Listings.class),
    IGNORES_REVERSE(KvContract.Listings.class),
    INCLUDES_THE_END(KvContract.Listings.class),
    MIXES_UP_RANGES(KvContract.Reads.class),
    SIGNALS_ON_A_THREAD_OF_ITS_OWN(KvContract.Publishers.class),
    READS_BEFORE_THE_SUBSCRIPTION(KvContract.Publishers.class),
    IGNORES_CHECKS(KvContract.Atomic.class),
    NAMES_THE_WRONG_CHECK(KvContract.Atomic.class),
    LOSES_THE_LAST_MUTATION(KvContract.Atomic.class),
    REVERSES_MUTATIONS(KvContract.Atomic.class),
    WRITES_WHAT_CONFLICTS(KvContract.Atomic.class),
    REPEATS_A_VERSION(KvContract.Writes.class),
    FORGETS_THE_EXPIRY(KvContract.Expiry.class),
    EXPIRES_A_MILLISECOND_EARLY(KvContract.Expiry.class),
    WATCHES_ONCE(KvContract.Watch.class),
    WATCHES_WITHOUT_A_FIRST_STATE(KvContract.Watch.class),
    BUFFERS_STATES(KvContract.Watch.class),
    WATCHES_ONLY_THE_FIRST_KEY(KvContract.Watch.class),
    WATCHES_FOR_EVER(KvContract.Watch.class),
    DELIVERS_TWICE(KvContract.Delivery.class),
    DELIVERS_MORE_THAN_ASKED_FOR(KvContract.Delivery.class),
    FORGETS_REFUSALS(KvContract.Delivery.class),
    COUNTS_A_RETURN(KvContract.Delivery.class),
    FORGETS_KEYS_IF_UNDELIVERED(KvContract.Delivery.class),
    DELIVERS_TOO_EARLY(KvContract.Delivery.class),
    STAYS_OPEN(KvContract.Closing.class);

    final Class<?> topic;

    Defect(Class<?> topic) {
        this.topic = topic;
    }
}
