// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import static io.kvreactive.proto.WireMapper.arrays;
import static io.kvreactive.proto.WireMapper.malformed;
import static io.kvreactive.proto.WireMapper.versionstamp;
import static io.kvreactive.proto.WireMapper.wrap;

import com.google.protobuf.ByteString;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.SumRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The part of {@link WireMapper} that maps writes: checks, mutations and messages, both ways. */
final class WireWrites {

    private static final long NEVER = 0;

    private WireWrites() {}

    static Datapath.AtomicWrite toWire(AtomicWrite write) {
        Datapath.AtomicWrite.Builder message = Datapath.AtomicWrite.newBuilder();
        for (Check check : write.checks()) {
            Versionstamp versionstamp = check.versionstamp();
            message.addChecks(Datapath.Check.newBuilder()
                    .setKey(wrap(check.key()))
                    .setVersionstamp(versionstamp == null ? ByteString.EMPTY : wrap(versionstamp.toByteArray())));
        }
        for (Mutation mutation : write.mutations()) {
            message.addMutations(toWire(mutation));
        }
        for (Enqueue enqueue : write.enqueues()) {
            message.addEnqueues(toWire(enqueue));
        }
        return message.build();
    }

    private static Datapath.Mutation toWire(Mutation mutation) {
        Datapath.Mutation.Builder message =
                Datapath.Mutation.newBuilder().setKey(wrap(mutation.key())).setMutationType(typeOf(mutation.kind()));
        KvValue value = mutation.value();
        if (value != null) {
            message.setValue(Datapath.KvValue.newBuilder()
                    .setData(wrap(value.unsafeArray()))
                    .setEncodingValue(value.encoding()));
        }
        Instant expiresAt = mutation.expiresAt();
        if (expiresAt != null) {
            // What expired in 1970 or before has expired all the same, and 0 would mean that it never does.
            message.setExpireAtMs(Math.max(NEVER + 1, expiresAt.toEpochMilli()));
        }
        SumRange range = mutation.range();
        if (range.min() != null) {
            message.setSumMin(wrap(range.min().unsafeArray()));
        }
        if (range.max() != null) {
            message.setSumMax(wrap(range.max().unsafeArray()));
        }
        return message.setSumClamp(range.outside() == SumRange.Outside.CLAMP).build();
    }

    private static Datapath.MutationType typeOf(Mutation.Kind kind) {
        return switch (kind) {
            case SET -> Datapath.MutationType.M_SET;
            case SET_VERSIONSTAMPED -> Datapath.MutationType.M_SET_SUFFIX_VERSIONSTAMPED_KEY;
            case DELETE -> Datapath.MutationType.M_DELETE;
            case SUM -> Datapath.MutationType.M_SUM;
            case MIN -> Datapath.MutationType.M_MIN;
            case MAX -> Datapath.MutationType.M_MAX;
        };
    }

    private static Datapath.Enqueue toWire(Enqueue enqueue) {
        Datapath.Enqueue.Builder message = Datapath.Enqueue.newBuilder()
                .setPayload(wrap(enqueue.payload()))
                .setDeadlineMs(enqueue.readyAt().toEpochMilli());
        enqueue.keysIfUndelivered().forEach(key -> message.addKeysIfUndelivered(wrap(key)));
        List<Duration> schedule = enqueue.backoffSchedule();
        if (schedule != null) {
            schedule.forEach(interval -> message.addBackoffSchedule((int) interval.toMillis()));
        }
        return message.build();
    }

    static AtomicWrite fromWire(Datapath.AtomicWrite message) {
        List<Check> checks = new ArrayList<>(message.getChecksCount());
        for (Datapath.Check check : message.getChecksList()) {
            ByteString versionstamp = check.getVersionstamp();
            checks.add(Check.of(
                    check.getKey().toByteArray(),
                    versionstamp.isEmpty() ? null : versionstamp(versionstamp, "check", checks.size())));
        }
        List<Mutation> mutations = new ArrayList<>(message.getMutationsCount());
        for (Datapath.Mutation mutation : message.getMutationsList()) {
            mutations.add(fromWire(mutation, "mutation " + mutations.size()));
        }
        List<Enqueue> enqueues = new ArrayList<>(message.getEnqueuesCount());
        message.getEnqueuesList().forEach(enqueue -> enqueues.add(fromWire(enqueue)));
        return AtomicWrite.of(checks, mutations, enqueues);
    }

    private static Mutation fromWire(Datapath.Mutation mutation, String where) {
        byte[] key = mutation.getKey().toByteArray();
        Instant expiresAt = expiryOf(mutation.getExpireAtMs(), where);
        return switch (mutation.getMutationType()) {
            case M_SET -> Mutation.set(key, valueOf(mutation, where), expiresAt);
            case M_SET_SUFFIX_VERSIONSTAMPED_KEY ->
                Mutation.setVersionstamped(key, valueOf(mutation, where), expiresAt);
            case M_DELETE -> Mutation.delete(key);
            case M_SUM -> Mutation.sum(key, valueOf(mutation, where), rangeOf(mutation));
            case M_MIN -> Mutation.min(key, valueOf(mutation, where));
            case M_MAX -> Mutation.max(key, valueOf(mutation, where));
            case M_UNSPECIFIED, UNRECOGNIZED ->
                throw malformed(where + " is of the unknown type " + mutation.getMutationTypeValue());
        };
    }

    private static @Nullable Instant expiryOf(long millis, String where) {
        if (millis < -1) {
            throw malformed("the expiry of " + where + " is negative");
        }
        return millis <= NEVER ? null : Instant.ofEpochMilli(millis);
    }

    private static KvValue valueOf(Datapath.Mutation mutation, String where) {
        if (!mutation.hasValue()) {
            throw malformed(where + " has no value");
        }
        Datapath.KvValue value = mutation.getValue();
        int encoding = value.getEncodingValue();
        if (encoding < KvValue.V8 || encoding > KvValue.BYTES) {
            throw malformed("the value of " + where + " is of the unknown encoding " + encoding);
        }
        if (encoding == KvValue.LE64 && value.getData().size() != Long.BYTES) {
            throw malformed(
                    "the counter of " + where + " has " + value.getData().size() + " bytes, not eight");
        }
        return KvValue.wrap(encoding, value.getData().toByteArray());
    }

    private static SumRange rangeOf(Datapath.Mutation mutation) {
        return new SumRange(
                boundOf(mutation.getSumMin()),
                boundOf(mutation.getSumMax()),
                mutation.getSumClamp() ? SumRange.Outside.CLAMP : SumRange.Outside.FAIL);
    }

    private static @Nullable KvValue boundOf(ByteString bound) {
        return bound.isEmpty() ? null : KvValue.wrap(KvValue.V8, bound.toByteArray());
    }

    private static Enqueue fromWire(Datapath.Enqueue enqueue) {
        return Enqueue.of(
                enqueue.getPayload().toByteArray(),
                Instant.ofEpochMilli(enqueue.getDeadlineMs()),
                enqueue.getBackoffScheduleCount() == 0
                        ? null
                        : enqueue.getBackoffScheduleList().stream()
                                .map(millis -> Duration.ofMillis(Integer.toUnsignedLong(millis)))
                                .toList(),
                arrays(enqueue.getKeysIfUndeliveredList(), Function.identity()));
    }
}
