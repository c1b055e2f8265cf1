// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class NamedDatabaseTest {

    private final FailingDatabase database = new FailingDatabase();
    private final AtomicInteger openings = new AtomicInteger();

    private NamedDatabase named(boolean isInMemory) {
        return new NamedDatabase(
                ServedDatabase.of("orders", UUID.randomUUID(), TestServers.TOKEN), isInMemory, Mono.fromSupplier(() -> {
                    openings.incrementAndGet();
                    return database;
                }));
    }

    @Test
    void itIsOpenedOnceAndByNobodyBeforeSomebodyNeedsIt() {
        NamedDatabase named = named(false);
        assertThat(named.ifOpen()).isNull();
        assertThat(openings).hasValue(0);
        assertThat(named.opening().block()).isSameAs(database);
        assertThat(named.opening().block()).isSameAs(database);
        assertThat(named.ifOpen()).isSameAs(database);
        assertThat(openings).hasValue(1);
    }

    @Test
    void whileItIsUsedItIsNotClosedAndWhenItIsBeingClosedItIsNotUsed() {
        NamedDatabase named = named(false);
        assertThat(named.tryUse()).isTrue();
        named.opening().block();
        assertThat(named.tryUse()).isTrue();
        assertThat(named.tryClose()).isFalse();
        named.release();
        assertThat(named.idleSince()).isNull();
        assertThat(named.tryClose()).isFalse();
        named.release();
        assertThat(named.idleSince()).isNotNull();
        assertThat(named.tryClose()).isTrue();
        assertThat(named.tryClose()).isFalse();
        assertThat(named.tryUse()).isFalse();
        assertThat(named.isClosing()).isTrue();
    }

    @Test
    void whatIsNotOpenOrIsInMemoryIsNotClosed() {
        NamedDatabase unopened = named(false);
        assertThat(unopened.tryClose()).isFalse();
        NamedDatabase inMemory = named(true);
        inMemory.opening().block();
        assertThat(inMemory.tryClose()).isFalse();
        assertThat(inMemory.tryUse()).isTrue();
    }

    @Test
    void whoWaitsForTheEndIsToldOnce() {
        NamedDatabase named = named(false);
        assertThat(named.markClosed()).isTrue();
        assertThat(named.markClosed()).isFalse();
        named.closed().block();
    }
}
