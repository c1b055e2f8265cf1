// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.MalformedMessageException;
import io.kvreactive.proto.ReadAnswer;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.proto.WriteAnswer;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads and writes: from a request to the answer, over as many attempts as it takes ({@code docs/spec/kv-connect.md}, sections 3 and 4). */
final class DataPath {

    private static final int OK = 200;

    /** What version 1 as first published has beyond the statuses of today. */
    private static final Map<Integer, String> REFUSALS =
            Map.of(3, "it does not support such a write", 4, "its usage limit is exceeded", 6, "its queue is full");

    private final MetadataCycle metadata;
    private final EndpointSelector selector;
    private final Transport transport;
    private final Attempts.Shared shared;
    private final Scheduler scheduler;
    private final LongSupplier nanos;

    DataPath(
            MetadataCycle metadata,
            EndpointSelector selector,
            Transport transport,
            Attempts.Shared shared,
            Scheduler scheduler,
            LongSupplier nanos) {
        this.metadata = metadata;
        this.selector = selector;
        this.transport = transport;
        this.shared = shared;
        this.scheduler = scheduler;
        this.nanos = nanos;
    }

    Mono<List<List<RawEntry>>> read(List<ReadRange> ranges, KvConsistency consistency) {
        return Mono.defer(() -> {
            Call<List<List<RawEntry>>> call = new Call<>(
                    KvConnect.SNAPSHOT_READ_PATH,
                    WireMapper.encodeRead(ranges),
                    mostBytes(ranges),
                    consistency,
                    answer -> readResult(answer, ranges, consistency));
            Attempts attempts = new Attempts("read", Attempts.Effect.READS, shared);
            return attempts.run(attempt(attempts, call));
        });
    }

    private static int mostBytes(List<ReadRange> ranges) {
        long most = Transport.ANSWER_BYTES;
        for (ReadRange range : ranges) {
            most += (long) range.limit() * Transport.ANSWER_BYTES_PER_ENTRY;
        }
        return (int) Math.min(most, Integer.MAX_VALUE);
    }

    private static List<List<RawEntry>> readResult(
            Answered answered, List<ReadRange> ranges, KvConsistency consistency) {
        ReadAnswer answer = WireMapper.decodeReadAnswer(answered.answer.body());
        String unusable = unusable(answer, answered, consistency);
        if (unusable != null) {
            throw answered.failure(CallFailure.Kind.UNUSABLE, unusable);
        }
        String defect = AnswerChecks.defect(ranges, answer.ranges());
        if (defect != null) {
            throw answered.failure(CallFailure.Kind.SENSELESS, defect);
        }
        return answer.ranges();
    }

    /** Why this server cannot serve the read although another may; null if it can. */
    private static @Nullable String unusable(ReadAnswer answer, Answered answered, KvConsistency consistency) {
        int version = answered.metadata.version();
        if (version >= KvConnect.WATCH_VERSION) {
            if (answer.status() == ReadAnswer.DISABLED) {
                return "this server cannot read now";
            }
            if (answer.status() != ReadAnswer.SUCCESS) {
                throw answered.failure(CallFailure.Kind.SENSELESS, "the answer has the status " + answer.status());
            }
        } else if (answer.isReadDisabled()) {
            return "this server cannot read now";
        }
        // Version 1 as first published had no such flag: what the endpoint was declared as must do.
        boolean isStrong = answer.isStronglyConsistent()
                || (version == 1 && answered.endpoint.consistency() == KvConsistency.STRONG);
        return consistency == KvConsistency.STRONG && !isStrong
                ? "this server does not vouch for the latest state"
                : null;
    }

    Mono<CommitResult> write(AtomicWrite write) {
        return Mono.defer(() -> {
            if (write.enqueues().stream()
                    .anyMatch(message -> message.backoffSchedule() != null
                            && message.backoffSchedule().isEmpty())) {
                return Mono.error(RemoteErrors.oneDelivery());
            }
            Attempts attempts = new Attempts("commit", effectOf(write), write.mutations(), shared);
            Call<CommitResult> call = new Call<>(
                    KvConnect.ATOMIC_WRITE_PATH,
                    WireMapper.encodeWrite(write),
                    Transport.ANSWER_BYTES,
                    KvConsistency.STRONG,
                    answer -> writeResult(answer, write, attempts));
            return attempts.run(attempt(attempts, call));
        });
    }

    private Attempts.Effect effectOf(AtomicWrite write) {
        return shared.options().writeRetry() == WriteRetry.ALWAYS || Repetition.isHarmless(write)
                ? Attempts.Effect.WRITES_HARMLESSLY_REPEATED
                : Attempts.Effect.WRITES_ONCE;
    }

    private static CommitResult writeResult(Answered answered, AtomicWrite write, Attempts attempts) {
        WriteAnswer answer = WireMapper.decodeWriteAnswer(answered.answer.body());
        Versionstamp versionstamp = answer.versionstamp();
        if (answer.status() == WriteAnswer.SUCCESS && versionstamp != null) {
            return new CommitResult.Committed(versionstamp);
        }
        if (answer.status() == WriteAnswer.CHECK_FAILURE) {
            return conflict(answered, answer, write, attempts);
        }
        if (answer.status() == WriteAnswer.WRITE_DISABLED) {
            throw answered.failure(CallFailure.Kind.UNUSABLE, "this server cannot write now");
        }
        String refusal = REFUSALS.get(answer.status());
        throw refusal != null
                ? answered.failure(CallFailure.Kind.REFUSED, "the server refused it: " + refusal)
                : answered.failure(CallFailure.Kind.SENSELESS, "the answer has the status " + answer.status());
    }

    private static CommitResult conflict(Answered answered, WriteAnswer answer, AtomicWrite write, Attempts attempts) {
        if (attempts.isUncertain()) {
            throw RemoteErrors.conflictAfterLostAnswer(attempts);
        }
        int checks = write.checks().size();
        if (checks == 0 || answer.failedChecks().stream().anyMatch(index -> index < 0 || index >= checks)) {
            throw answered.failure(CallFailure.Kind.REFUSED, "the answer names a failed check that was not sent");
        }
        return new CommitResult.Conflict(answer.failedChecks());
    }

    private <T> Mono<T> attempt(Attempts attempts, Call<T> call) {
        return Mono.defer(() -> {
            DatabaseMetadata stale = attempts.stale();
            DatabaseMetadata current = stale == null ? metadata.ifValid() : null;
            if (current != null) {
                return attempt(attempts, call, current);
            }
            Mono<DatabaseMetadata> next = stale == null ? metadata.valid() : metadata.renewed(stale);
            return next.flatMap(renewed -> attempt(attempts, call, renewed));
        });
    }

    private <T> Mono<T> attempt(Attempts attempts, Call<T> call, DatabaseMetadata current) {
        DatabaseMetadata.Endpoint endpoint = selector.select(current, call.consistency);
        URI target = URI.create(endpoint.url() + call.path);
        Sending sending = attempts.begin(target);
        long begin = nanos.getAsLong();
        return transport
                .post(target, headers(current), call.body, call.mostBytes, sending)
                .doOnNext(answer -> selector.answered(endpoint.url(), nanos.getAsLong() - begin))
                .publishOn(scheduler)
                .map(answer -> result(call, new Answered(target, current, endpoint, answer)))
                .onErrorResume(CallFailure.class, failure -> failed(attempts, call, current, endpoint, failure));
    }

    private <T> T result(Call<T> call, Answered answered) {
        if (answered.answer.status() != OK) {
            throw RemoteErrors.statusFailure(answered.target, answered.answer, shared.secrets());
        }
        try {
            return call.decoder.apply(answered);
        } catch (MalformedMessageException e) {
            throw answered.failure(CallFailure.Kind.SENSELESS, e.getMessage());
        }
    }

    private <T> Mono<T> failed(
            Attempts attempts,
            Call<T> call,
            DatabaseMetadata current,
            DatabaseMetadata.Endpoint endpoint,
            CallFailure failure) {
        attempts.failed(failure, current);
        if (failure.mayPass() || failure.kind() == CallFailure.Kind.UNUSABLE) {
            selector.failed(endpoint.url());
        }
        return attempts.mayReauthorize(failure) ? attempt(attempts, call) : Mono.error(failure);
    }

    /** The headers of a request ({@code docs/spec/kv-connect.md}, CD1 to CD5). */
    static Map<String, String> headers(DatabaseMetadata metadata) {
        String authorization = "Bearer " + metadata.token();
        return metadata.version() == 1
                ? Map.of(
                        "Authorization",
                        authorization,
                        "Content-Type",
                        KvConnect.PROTOBUF_TYPE,
                        KvConnect.DOMAIN_HEADER,
                        metadata.databaseId())
                : Map.of(
                        "Authorization",
                        authorization,
                        "Content-Type",
                        KvConnect.PROTOBUF_TYPE,
                        KvConnect.DATABASE_HEADER,
                        metadata.databaseId(),
                        KvConnect.VERSION_HEADER,
                        Integer.toString(metadata.version()));
    }

    /** What every attempt of an operation sends, and how its answer is read. */
    private static final class Call<T> {
        private final String path;
        private final byte[] body;
        private final int mostBytes;
        private final KvConsistency consistency;
        private final Function<Answered, T> decoder;

        Call(String path, byte[] body, int mostBytes, KvConsistency consistency, Function<Answered, T> decoder) {
            this.path = path;
            this.body = body;
            this.mostBytes = mostBytes;
            this.consistency = consistency;
            this.decoder = decoder;
        }
    }

    /** An answer, and who gave it. */
    private record Answered(URI target, DatabaseMetadata metadata, DatabaseMetadata.Endpoint endpoint, Answer answer) {

        CallFailure failure(CallFailure.Kind kind, @Nullable String message) {
            return CallFailure.of(kind, target, String.valueOf(message), null);
        }
    }
}
