// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.Versionstamp;
import io.kvreactive.remote.TestServer.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** When a write is sent again, and what its user is told if it is not: {@code docs/spec/kv-connect.md}, section 4.2. */
class WriteRetryIT extends ServerTest {

    private Kv kv;

    @BeforeEach
    void open() {
        kv = kv();
        await(kv.ready());
    }

    /** What may have happened when no proper answer comes. */
    record Loss(String name, Reply reply) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Loss> lossesAfterItWasApplied() {
        return Stream.of(
                new Loss("reset", Reply.applyAndReset()),
                new Loss("502", Reply.applyAndStatus(502, "no answer from behind")),
                new Loss("504", Reply.applyAndStatus(504, "no answer from behind")));
    }

    static Stream<Loss> lossesBeforeItWasApplied() {
        return Stream.of(
                new Loss("reset", Reply.reset()),
                new Loss("502", Reply.status(502, "no answer from behind")),
                new Loss("504", Reply.status(504, "no answer from behind")));
    }

    private AtomicOperation sum() {
        return kv.atomic().sum(A, 1);
    }

    private Object valueOf(KvKey key) {
        return await(kv.get(key)).value();
    }

    @ParameterizedTest
    @MethodSource("lossesAfterItWasApplied")
    void aSumIsNotRepeatedAndIsToldAsUnknown(Loss loss) {
        server.script(WRITE, loss.reply);
        KvOutcomeUnknownException error = errorOf(KvOutcomeUnknownException.class, sum().commit());
        assertThat(error)
                .hasMessageContaining("commit on " + server.url() + "/v2/atomic_write")
                .hasMessageContaining("may or may not have taken effect after 1 attempt")
                .hasMessageContaining("read before you write again");
        assertThat(error.retryable()).isFalse();
        assertThat(server.count(WRITE)).isEqualTo(1);
        assertThat(valueOf(A)).isEqualTo(KvU64.of(1));
    }

    @ParameterizedTest
    @MethodSource("lossesBeforeItWasApplied")
    void aSumIsNotRepeatedEvenIfItWasNotAppliedSinceNobodyKnows(Loss loss) {
        server.script(WRITE, loss.reply);
        errorOf(KvOutcomeUnknownException.class, sum().commit());
        assertThat(server.count(WRITE)).isEqualTo(1);
        assertThat(kv.get(A).block(PATIENCE)).isNull();
    }

    @ParameterizedTest
    @MethodSource("lossesAfterItWasApplied")
    void messagesAndVersionstampedKeysAreNotRepeatedEither(Loss loss) {
        server.script(WRITE, loss.reply, loss.reply);
        errorOf(KvOutcomeUnknownException.class, kv.enqueue("m"));
        errorOf(
                KvOutcomeUnknownException.class,
                kv.atomic().setVersionstamped(A, 1).commit());
        assertThat(server.count(WRITE)).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("lossesAfterItWasApplied")
    void setsDeletesMinAndMaxAreRepeated(Loss loss) {
        server.script(WRITE, loss.reply, loss.reply);
        Versionstamp version = await(kv.atomic()
                .set(A, "value")
                .delete(B)
                .max(KvKey.of("max"), 5)
                .min(KvKey.of("min"), 5)
                .commitOrThrow());
        assertThat(server.count(WRITE)).isEqualTo(3);
        assertThat(await(kv.get(A)).versionstamp()).isEqualTo(version);
        assertThat(valueOf(KvKey.of("max"))).isEqualTo(KvU64.of(5));
    }

    @ParameterizedTest
    @MethodSource("lossesBeforeItWasApplied")
    void aSumWithACheckOfItsKeyIsRepeatedAndCountsOnce(Loss loss) {
        Versionstamp version = await(kv.set(A, KvU64.of(41)));
        server.script(WRITE, loss.reply, loss.reply);
        await(kv.atomic().check(A, version).sum(A, 1).enqueue("m").commitOrThrow());
        assertThat(server.count(WRITE)).isEqualTo(4);
        assertThat(valueOf(A)).isEqualTo(KvU64.of(42));
    }

    @ParameterizedTest
    @MethodSource("lossesAfterItWasApplied")
    void aCheckThatFailsAfterALostAnswerIsUnknownAndNoConflict(Loss loss) {
        server.script(WRITE, loss.reply);
        KvOutcomeUnknownException error = errorOf(
                KvOutcomeUnknownException.class,
                kv.atomic().checkAbsent(A).set(A, 1).sum(B, 1).commit());
        assertThat(error).hasMessageContaining("a check failed").hasMessageContaining("after 2 attempts");
        assertThat(server.count(WRITE)).isEqualTo(2);
        assertThat(valueOf(A)).isEqualTo(1);
        assertThat(valueOf(B)).isEqualTo(KvU64.of(1));
        // Also where it could be repeated in any case.
        server.script(WRITE, loss.reply);
        errorOf(
                KvOutcomeUnknownException.class,
                kv.atomic().checkAbsent(KvKey.of("c")).set(KvKey.of("c"), 1).commit());
    }

    @Test
    void aCheckThatFailsWithoutALostAnswerIsAConflict() {
        await(kv.set(A, 1));
        server.script(WRITE, Reply.status(503, "not now"));
        assertThat(await(kv.atomic().checkAbsent(A).set(A, 2).commit()))
                .isEqualTo(new CommitResult.Conflict(List.of(0)));
    }

    @ParameterizedTest
    @MethodSource("lossesAfterItWasApplied")
    void whoeverWantsItMayHaveEverythingRepeated(Loss loss) {
        Kv daring = kv(quick().writeRetry(WriteRetry.ALWAYS).build());
        server.script(WRITE, loss.reply);
        await(daring.atomic().sum(A, 1).commitOrThrow());
        assertThat(server.count(WRITE)).isEqualTo(2);
        // Which is what it costs.
        assertThat(valueOf(A)).isEqualTo(KvU64.of(2));
    }

    @Test
    void whatTheServerCouldNotProcessIsRepeatedWhateverItIs() {
        for (int status : new int[] {500, 501, 503, 599}) {
            server.script(WRITE, Reply.status(status, "not now"));
        }
        await(sum().enqueue("m").commitOrThrow());
        assertThat(server.count(WRITE)).isEqualTo(5);
        assertThat(valueOf(A)).isEqualTo(KvU64.of(1));
    }

    @Test
    void whatCouldNotBeSentIsRepeatedWhateverItIs() {
        AtomicInteger attempts = new AtomicInteger();
        Kv counting = kv(quick().http(watched(client -> client.doOnConnect(config -> attempts.incrementAndGet())))
                .build());
        await(counting.ready());
        server.stop();
        awaitThatTheClientKnows();
        int before = attempts.get();
        Mono<CommitResult> commit =
                counting.atomic().sum(A, 1).enqueue("m").commit().cache();
        commit.subscribe();
        awaitThat(() -> attempts.get() > before + 5);
        server.startAgain();
        assertThat(await(commit).isCommitted()).isTrue();
        assertThat(server.count(WRITE)).isEqualTo(1);
        assertThat(valueOf(A)).isEqualTo(KvU64.of(1));
    }

    @Test
    void theDeadlineOfAWriteThatWasNeverSentSaysThatNothingWasWritten() {
        Kv impatient = kv(quick().http(watched(client -> client))
                .deadline(Duration.ofSeconds(2))
                .build());
        await(impatient.ready());
        server.stop();
        awaitThatTheClientKnows();
        KvUnavailableException error = errorOf(
                KvUnavailableException.class, impatient.atomic().sum(A, 1).commit());
        assertThat(error)
                .hasMessageContaining("Nothing was written")
                .hasMessageContaining("PT2S")
                .hasMessageContaining("no connection");
        assertThat(error.retryable()).isTrue();
        server.startAgain();
    }

    @Test
    void theDeadlineOfAWriteThatIsOutSaysThatNobodyKnows() {
        Kv impatient = kv(quick().deadline(Duration.ofSeconds(2)).build());
        await(impatient.ready());
        server.script(WRITE, Reply.silence());
        assertThat(errorOf(KvOutcomeUnknownException.class, impatient.set(A, 1)))
                .hasMessageContaining("PT2S");
    }

    @Test
    void theDeadlineAfterAnswersThatSayNoSaysThatNothingWasWritten() {
        // Longer pauses than the deadline, so that it comes in one of them: an attempt that is under way then may be
        // applied.
        Kv impatient = kv(quick().backoff(Duration.ofMinutes(1), Duration.ofMinutes(1))
                .deadline(Duration.ofSeconds(3))
                .build());
        await(impatient.ready());
        server.script(WRITE, 10_000, Reply.status(503, "down"));
        assertThat(errorOf(
                        KvUnavailableException.class,
                        impatient.atomic().sum(A, 1).commit()))
                .hasMessageContaining("Nothing was written")
                .hasMessageContaining("503: down");
    }

    @Test
    void aLostAnswerMakesEveryLaterFailureUnknown() {
        server.script(WRITE, Reply.applyAndReset(), Reply.status(400, "quota exceeded"));
        assertThat(errorOf(KvOutcomeUnknownException.class, kv.set(A, 1)))
                .hasMessageContaining("an earlier attempt may have been applied")
                .hasMessageContaining("400: quota exceeded");
        // So it is when the metadata is refused in between.
        server.script(WRITE, Reply.applyAndReset(), Reply.status(401, "expired"));
        server.script(METADATA, Reply.status(403, "no more"));
        assertThat(errorOf(KvOutcomeUnknownException.class, kv.set(A, 2))).hasMessageContaining("403: no more");
        // And when the deadline comes while it waits.
        Kv impatient = kv(quick().deadline(Duration.ofSeconds(2)).build());
        await(impatient.ready());
        server.script(WRITE, Reply.applyAndReset());
        server.script(WRITE, 10_000, Reply.status(503, "down"));
        errorOf(KvOutcomeUnknownException.class, impatient.set(A, 3));
    }
}
