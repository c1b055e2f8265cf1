// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvKey;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.LimitChecks;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.ReadRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Holds the requests of clients, which need not be ours, against what {@code Kv} never asks of a database: Deno's limits, those of the database
 * if it has others, and that keys which are written are keys, since one that is none makes every listing fail that meets it.
 */
final class RequestChecks {

    private static final LimitChecks DENO = LimitChecks.of(DatabaseLimits.DENO);

    /** A client tells a time by its own clock, which may be wrong by some hours. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);

    /** As the reference server has it: whoever means a time so long ago has not set it. */
    private static final Duration LONGEST_AGO = Duration.ofDays(30);

    private RequestChecks() {}

    static void checkRead(Database database, List<ReadRange> ranges) {
        DENO.checkRead("read", ranges);
        if (database.limits() != DatabaseLimits.DENO) {
            LimitChecks.of(database.limits()).checkRead("read", ranges);
        }
    }

    static void checkWrite(Database database, AtomicWrite write, Instant now) {
        DENO.checkWrite(write);
        if (database.limits() != DatabaseLimits.DENO) {
            LimitChecks.of(database.limits()).checkWrite(write);
        }
        for (Check check : write.checks()) {
            checkKey("check", check.key());
        }
        for (Mutation mutation : write.mutations()) {
            checkKey("write", mutation.key());
            Instant expiresAt = mutation.expiresAt();
            if (expiresAt != null && expiresAt.isAfter(Mutation.LATEST_EXPIRY)) {
                throw Refusal.badRequest("An expiry is too far in the future; leave it out for ever.");
            }
        }
        for (Enqueue message : write.enqueues()) {
            checkMessage(message, now);
        }
    }

    private static void checkMessage(Enqueue message, Instant now) {
        for (byte[] key : message.keysIfUndelivered()) {
            checkKey("enqueue", key);
        }
        if (message.readyAt().isBefore(now.minus(LONGEST_AGO))) {
            throw Refusal.badRequest("The time of a message is more than " + LONGEST_AGO.toDays() + " days ago.");
        }
        Instant latest = now.plus(DatabaseLimits.DENO.delay()).plus(CLOCK_TOLERANCE);
        if (message.readyAt().isAfter(latest)) {
            DENO.checkDelay(Duration.between(now, message.readyAt()));
        }
    }

    private static void checkKey(String operation, byte[] key) {
        if (key.length == 0) {
            throw Refusal.badRequest(operation + ": the key is empty.");
        }
        KvKey.decode(key);
    }

    static void checkWatch(Database database, List<byte[]> keys) {
        if (keys.isEmpty()) {
            throw Refusal.badRequest("watch: there are no keys.");
        }
        int most = Math.min(DatabaseLimits.DENO.watchedKeys(), database.limits().watchedKeys());
        if (keys.size() > most) {
            throw Refusal.badRequest("watch: there are " + keys.size() + " keys, the limit is " + most + ".");
        }
        DENO.checkWatched(keys);
        if (database.limits() != DatabaseLimits.DENO) {
            LimitChecks.of(database.limits()).checkWatched(keys);
        }
    }
}
