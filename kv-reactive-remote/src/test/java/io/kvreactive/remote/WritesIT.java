// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.remote.TestServer.Reply;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes against a server that answers anything: {@code docs/spec/kv-connect.md}, section 4.2. */
class WritesIT extends ServerTest {

    private Kv kv;

    @BeforeEach
    void open() {
        kv = kv();
        await(kv.ready());
    }

    @Test
    void aConflictNamesTheChecksOrNone() {
        server.script(WRITE, Reply.body(WireMapper.encodeWriteAnswer(new CommitResult.Conflict(List.of(1)))));
        var operation = kv.atomic().checkAbsent(A).checkAbsent(B).set(A, 1);
        assertThat(await(operation.commit())).isEqualTo(new CommitResult.Conflict(List.of(1)));
        server.script(WRITE, Reply.body(WireMapper.encodeWriteAnswer(new CommitResult.Conflict(List.of()))));
        assertThat(await(operation.commit())).isEqualTo(new CommitResult.Conflict(List.of()));
        server.script(WRITE, Reply.body(WireMapper.encodeWriteAnswer(new CommitResult.Conflict(List.of(2)))));
        assertThat(errorOf(KvDatabaseException.class, operation.commit())).hasMessageContaining("was not sent");
        assertThat(server.count(WRITE)).isEqualTo(3);
    }

    @Test
    void aServerThatCannotWriteNowLeadsToNewMetadataAndAnotherTry() {
        server.script(WRITE, Reply.body(WireMapper.encodeWriteDisabled()));
        await(kv.atomic().sum(A, 1).commitOrThrow());
        assertThat(server.count(METADATA)).isEqualTo(2);
        assertThat(server.count(WRITE)).isEqualTo(2);
    }

    @Test
    void aServerThatNeverCanWriteIsGivenUp() {
        server.script(WRITE, 100, Reply.body(WireMapper.encodeWriteDisabled()));
        KvUnavailableException error = errorOf(KvUnavailableException.class, kv.set(A, 1));
        assertThat(error).hasMessageContaining("cannot write now");
        assertThat(server.count(WRITE)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0800", "0863"})
    void aStatusOfNoMeaningLeavesTheOutcomeUnknownAndIsNotRepeated(String hex) {
        server.script(WRITE, Reply.body(HexFormat.of().parseHex(hex)));
        assertThat(errorOf(KvOutcomeUnknownException.class, kv.set(A, 1))).hasMessageContaining("has the status");
        assertThat(server.count(WRITE)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0803, does not support", "0804, usage limit", "0806, queue is full"})
    void whatTheFirstVersionRefusesIsFinal(String hex, String text) {
        server.script(WRITE, Reply.body(HexFormat.of().parseHex(hex)));
        assertThat(errorOf(KvDatabaseException.class, kv.set(A, 1))).hasMessageContaining(text);
        assertThat(server.count(WRITE)).isEqualTo(1);
    }

    @Test
    void anAnswerToAWriteThatCannotBeReadLeavesTheOutcomeUnknown() {
        server.script(WRITE, Reply.body("<html>".getBytes(StandardCharsets.UTF_8)));
        errorOf(KvOutcomeUnknownException.class, kv.set(A, 1));
        // A success whose versionstamp has no ten bytes.
        server.script(WRITE, Reply.body(HexFormat.of().parseHex("08011203000000")));
        errorOf(KvOutcomeUnknownException.class, kv.set(A, 1));
        assertThat(server.count(WRITE)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed to perform 'sum' mutation on a non-U64 value in the database",
                "Failed to perform 'min' mutation on a non-U64 operand",
                "Cannot sum BigInt with Number",
                "The result of a Sum operation would exceed its range limit"
            })
    void aRefusalOfASumIsToldAsOne(String text) {
        server.script(WRITE, Reply.status(400, text));
        assertThat(errorOf(
                        KvMutationException.class,
                        kv.atomic().sum(A, 1).set(B, 1).commit()))
                .hasMessageContaining(text)
                .hasMessageContaining("sum on the key [string(1)]")
                .message()
                .doesNotContain("set on");
        assertThat(server.count(WRITE)).isEqualTo(1);
    }

    @Test
    void aStricterLimitOfTheServerIsShown() {
        server.script(WRITE, Reply.status(400, "Too many checks (max 10)"));
        KvException error = errorOf(KvDatabaseException.class, kv.set(A, 1));
        assertThat(error).hasMessageContaining("commit on ").hasMessageContaining("400: Too many checks (max 10)");
    }

    @Test
    void aMessageForOneDeliveryOnlyIsRefusedBeforeItIsSent() {
        errorOf(
                KvUnsupportedException.class,
                kv.enqueue("m", EnqueueOptions.builder().backoffSchedule().build()));
        assertThat(server.count(WRITE)).isZero();
        await(kv.enqueue("m"));
        assertThat(WireMapper.decodeWrite(server.requests(WRITE).get(0).body())
                        .enqueues()
                        .get(0)
                        .backoffSchedule())
                .isNull();
    }

    @Test
    void messagesCannotBeListenedTo() {
        AtomicInteger handled = new AtomicInteger();
        Mono<Void> listening = kv.listenQueue(String.class, message -> Mono.fromRunnable(handled::incrementAndGet));
        await(kv.enqueue("m"));
        for (Publisher<?> door : List.<Publisher<?>>of(kv.messages(String.class), listening)) {
            assertThat(errorOf(KvUnsupportedException.class, Flux.from(door)))
                    .hasMessageContaining("listenQueue")
                    .hasMessageContaining("KV Connect")
                    .hasMessageContaining("listen where the database is");
        }
        assertThat(handled).hasValue(0);
    }
}
