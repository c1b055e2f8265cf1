// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvClosedException;
import io.kvreactive.spi.Alarm;
import io.kvreactive.spi.RawMessage.Settlement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/** The messages that are out of this database: one transaction renews all of their leases, and each is settled once. */
final class Leases {

    /** Counted from the delivery, and from each renewal. */
    static final Duration LEASE = Duration.ofSeconds(5);

    /** Twice within a lease, with time to spare for a busy machine. */
    private static final Duration RENEWAL = Duration.ofSeconds(2);

    /** With the pauses between them about as long as a lease; each waits for locks by itself. */
    private static final int SETTLEMENT_ATTEMPTS = 6;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final String RENEWING = "renew leases of messages";
    private static final String SETTLING = "settle a message";

    private final WriteLane writer;
    private final Clock clock;
    private final Complaints complaints;
    private final EarliestAlarm alarm;
    private final Map<String, Lease> out = new ConcurrentHashMap<>();
    private final AtomicBoolean isRenewing = new AtomicBoolean();
    private volatile Runnable whenFree = () -> {};
    private volatile boolean isStopped;

    Leases(WriteLane writer, Clock clock, Complaints complaints) {
        this.writer = writer;
        this.clock = clock;
        this.complaints = complaints;
        this.alarm = new EarliestAlarm(clock, this::renew);
    }

    /** Who is told when a message that somebody else has put back can be taken again, since it is not out any more. */
    void whenFree(Runnable listener) {
        whenFree = listener;
    }

    /** A message has been taken, for its receiver. */
    Lease begin(StoredMessage message, long deadline) {
        Lease lease = new Lease(message, deadline, this::settle);
        out.put(lease.id(), lease);
        alarm.at(clock.instant().plus(RENEWAL));
        return lease;
    }

    /** Whether a message is out, also if it was taken back meanwhile: its handler may still run. */
    boolean isOut(String id) {
        return out.containsKey(id);
    }

    /** Whether a row of a message that is out is this database's. */
    boolean isHeld(String id) {
        Lease lease = out.get(id);
        return lease != null && !lease.isLost();
    }

    /** Messages that are out and may wait in the queue nevertheless, since somebody else has put them back. */
    long lost() {
        return out.values().stream().filter(Lease::isLost).count();
    }

    /** A message that is out was found in the queue. */
    void lose(String id) {
        Lease lease = out.get(id);
        if (lease != null) {
            lease.lose();
        }
    }

    void stop() {
        isStopped = true;
        alarm.stop();
    }

    // Renewal

    private void renew() {
        List<Lease> leases = out.values().stream()
                .filter(lease -> !lease.isLost() && !lease.isAbandoned())
                .toList();
        if (leases.isEmpty() || isStopped || !isRenewing.compareAndSet(false, true)) {
            return;
        }
        writer.maintain(transaction -> QueueTable.renew(transaction, leases, LEASE.toMillis()))
                .subscribe(this::renewed, this::renewalFailed);
    }

    private void renewed(QueueTable.Renewed renewed) {
        complaints.succeeded(RENEWING);
        renewed.held().forEach(lease -> lease.endsAt(renewed.deadline()));
        renewed.lost().forEach(Lease::lose);
        isRenewing.set(false);
        alarm.at(Instant.ofEpochMilli(renewed.deadline()).minus(LEASE).plus(RENEWAL));
    }

    private void renewalFailed(Throwable error) {
        isRenewing.set(false);
        if (!isStopped) {
            complaints.failed(RENEWING, error);
            Mono.delay(FIRST_PAUSE, Schedulers.parallel()).subscribe(tick -> renew());
        }
    }

    // Settlement

    private Mono<Void> settle(Lease lease, Settlement what) {
        return attempt(lease, what)
                .retryWhen(backoff(SETTLEMENT_ATTEMPTS).onRetryExhaustedThrow((spec, last) -> last.failure()))
                .doOnSuccess(done -> over(lease))
                .doOnError(error -> abandon(lease));
    }

    private Mono<Void> attempt(Lease lease, Settlement what) {
        return writer.maintain(transaction -> QueueTable.settle(transaction, lease.message(), lease.deadlines(), what));
    }

    private RetryBackoffSpec backoff(long attempts) {
        return Retry.backoff(attempts, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .filter(error -> !(error instanceof KvClosedException) && !isStopped)
                .doBeforeRetry(signal -> complaints.failed(SETTLING, signal.failure()));
    }

    private void over(Lease lease) {
        complaints.succeeded(SETTLING);
        out.remove(lease.id(), lease);
        if (lease.isLost()) {
            whenFree.run();
        }
    }

    /** Its receiver has been told that it could not be settled: at the end of its lease it counts as a failed delivery. */
    private void abandon(Lease lease) {
        lease.abandon();
        Alarm.at(clock, Instant.ofEpochMilli(lease.latestDeadline()))
                .then(Mono.defer(() -> attempt(lease, Settlement.FAILED)))
                .retryWhen(backoff(Long.MAX_VALUE))
                .subscribe(done -> {}, error -> out.remove(lease.id(), lease), () -> over(lease));
    }
}
