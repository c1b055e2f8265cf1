// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.READ;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.kvreactive.Kv;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvSelector;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.Datapath;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.remote.TestServer.Request;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads against a server that answers anything, and what all of the data path has in common: {@code docs/spec/kv-connect.md}, sections 3 and 4.1. */
class DataPathIT extends ServerTest {

    private static final RawEntry ENTRY =
            RawEntry.of(A.encoded(), KvValue.copyOf(KvValue.BYTES, new byte[] {7}), Versionstamp.ofVersion(1), null);

    private Kv kv;

    @BeforeEach
    void open() {
        kv = kv();
        await(kv.ready());
    }

    private static Reply found(RawEntry... entries) {
        return Reply.body(WireMapper.encodeReadAnswer(List.of(List.of(entries)), true));
    }

    private static Datapath.SnapshotReadOutput.Builder answer(Datapath.KvEntry.Builder... entries) {
        Datapath.ReadRangeOutput.Builder range = Datapath.ReadRangeOutput.newBuilder();
        Arrays.stream(entries).forEach(range::addValues);
        return Datapath.SnapshotReadOutput.newBuilder()
                .setStatus(Datapath.SnapshotReadStatus.SR_SUCCESS)
                .setReadIsStronglyConsistent(true)
                .addRanges(range);
    }

    private static Datapath.KvEntry.Builder entry() {
        return Datapath.KvEntry.newBuilder()
                .setKey(ByteString.copyFrom(A.encoded()))
                .setValue(ByteString.copyFrom(new byte[] {7}))
                .setEncoding(Datapath.ValueEncoding.VE_BYTES)
                .setVersionstamp(ByteString.copyFrom(new byte[10]));
    }

    private static Reply reply(Datapath.SnapshotReadOutput.Builder answer) {
        return Reply.body(answer.build().toByteArray());
    }

    private KvDatabaseException assertReadIsFinal(String... texts) {
        KvDatabaseException error = errorOf(KvDatabaseException.class, kv.get(A));
        assertThat(error.getMessage())
                .contains(texts)
                .contains("read on " + server.url() + "/v2/snapshot_read", "after 1 attempt");
        assertThat(error.retryable()).isFalse();
        assertThat(server.count(READ)).isEqualTo(1);
        return error;
    }

    // Statuses of HTTP.

    @ParameterizedTest
    @CsvSource({
        "201, created",
        "204, ''",
        "302, moved",
        "304, ''",
        "400, bad request of ours",
        "403, not for you",
        "404, nothing here",
        "418, teapot"
    })
    void everyStatusButTwoHundredAndFiveHundredsIsFinal(int status, String text) {
        server.script(READ, Reply.status(status, text));
        assertReadIsFinal("answered " + status, text);
    }

    @Test
    void aRedirectIsNotFollowed() {
        server.script(READ, Reply.redirect(307, "/v3/snapshot_read"));
        assertReadIsFinal("answered 307");
    }

    @Test
    void anotherContentTypeIsNoFault() {
        server.script(
                READ,
                (s, request, response) -> response.header("Content-Type", "text/plain")
                        .sendByteArray(Mono.just(WireMapper.encodeReadAnswer(List.of(List.of(ENTRY)), true)))
                        .then());
        assertThat(await(kv.get(A)).value()).isEqualTo(new byte[] {7});
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 503, 504, 599})
    void fiveHundredsAreTriedAgain(int status) {
        server.script(READ, 3, Reply.status(status, "not now"));
        assertThat(await(kv.get(A).hasElement())).isFalse();
        assertThat(server.count(READ)).isEqualTo(4);
    }

    @Test
    void aResetIsTriedAgain() {
        server.script(READ, 3, Reply.reset());
        assertThat(await(kv.get(A).hasElement())).isFalse();
        assertThat(server.count(READ)).isEqualTo(4);
    }

    @Test
    void aServerThatIsSilentIsTriedAgain() {
        Kv impatient = kv(quick().http(HttpOptions.builder()
                        .responseTimeout(Duration.ofMillis(100))
                        .build())
                .build());
        server.script(READ, Reply.silence());
        assertThat(await(impatient.get(A).hasElement())).isFalse();
        assertThat(server.count(READ)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void triesEndWithTheDeadlineWhichTellsWhatWentWrong() {
        server.script(READ, 10_000, Reply.status(503, "the disk is on fire"));
        Kv impatient = kv(quick().deadline(Duration.ofSeconds(3)).build());
        KvTimeoutException error = errorOf(KvTimeoutException.class, impatient.get(A));
        assertThat(error)
                .hasMessageContaining("read on " + server.url() + "/v2/snapshot_read")
                .hasMessageContaining("attempts")
                .hasMessageContaining("PT3S")
                .hasMessageContaining("503: the disk is on fire");
        assertThat(error.retryable()).isTrue();
    }

    @Test
    void withoutADeadlineTriesGoOnUntilTheyAreCancelled() {
        server.script(READ, 10_000, Reply.status(503, "down"));
        Kv patient = kv(quick().withoutDeadline().build());
        var read = patient.get(A).subscribe();
        awaitThat(() -> server.count(READ) > 20);
        read.dispose();
        assertThat(RemoteOptions.builder().withoutDeadline().build().deadline()).isNull();
    }

    @Test
    void triesMayBeCounted() {
        server.script(READ, 10, Reply.status(503, "down"));
        KvUnavailableException error = errorOf(
                KvUnavailableException.class, kv(quick().maxAttempts(4).build()).get(A));
        assertThat(error).hasMessageContaining("after 4 attempts").hasMessageContaining("503: down");
        assertThat(error.retryable()).isTrue();
        assertThat(server.count(READ)).isEqualTo(4);
    }

    @Test
    void tooManyRequestsIsNotRepeatedButMayBe() {
        server.script(READ, Reply.status(429, "slow down"));
        KvUnavailableException error = errorOf(KvUnavailableException.class, kv.get(A));
        assertThat(error).hasMessageContaining("429: slow down");
        assertThat(server.count(READ)).isEqualTo(1);
    }

    @Test
    void aRefusedTokenIsRenewedOnce() {
        server.token = "data-token-of-the-test-2";
        server.script(READ, Reply.status(401, "expired"));
        assertThat(await(kv.get(A).hasElement())).isFalse();
        assertThat(server.count(METADATA)).isEqualTo(2);
        assertThat(server.requests(READ))
                .extracting(request -> request.headers().get("Authorization"))
                .containsExactly("Bearer data-token-of-the-test-1", "Bearer data-token-of-the-test-2");
    }

    @Test
    void aNewTokenThatIsRefusedTooIsFinal() {
        server.script(READ, 2, Reply.status(401, "who are you"));
        KvDatabaseException error = errorOf(KvDatabaseException.class, kv.get(A));
        assertThat(error).hasMessageContaining("401: who are you").hasMessageContaining("after 2 attempts");
        assertThat(server.count(METADATA)).isEqualTo(2);
        assertThat(server.count(READ)).isEqualTo(2);
    }

    @Test
    void manyRefusedTokensCauseOneExchange() {
        server.token = "data-token-of-the-test-2";
        await(Flux.range(0, 100).flatMap(i -> kv.get(A).hasElement(), 100).count());
        assertThat(server.count(METADATA)).isEqualTo(2);
    }

    // Bodies.

    @ParameterizedTest
    @ValueSource(strings = {"<html>hello</html>", "garbage", "\n"})
    void garbageIsFinal(String body) {
        server.script(READ, Reply.body(body.getBytes(StandardCharsets.UTF_8)));
        assertReadIsFinal("SnapshotReadOutput", "does not keep to the protocol");
    }

    @ParameterizedTest
    @CsvSource({"0, has 0 ranges", "2, has 2 ranges"})
    void anotherNumberOfRangesIsFinal(int ranges, String text) {
        List<List<RawEntry>> answer = new ArrayList<>();
        for (int i = 0; i < ranges; i++) {
            answer.add(List.of());
        }
        server.script(READ, Reply.body(WireMapper.encodeReadAnswer(answer, true)));
        assertReadIsFinal(text, "asked for were 1");
    }

    @Test
    void moreEntriesThanAskedForAreFinal() {
        server.script(READ, found(ENTRY, ENTRY));
        assertReadIsFinal("has 2 entries, asked for were 1");
    }

    @Test
    void aKeyOutsideOfTheRangeIsFinal() {
        server.script(READ, found(RawEntry.of(B.encoded(), ENTRY.value(), ENTRY.versionstamp(), null)));
        assertReadIsFinal("a key outside");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherOrderThanAskedForIsFinal(boolean isReverse) {
        RawEntry b = RawEntry.of(B.encoded(), ENTRY.value(), ENTRY.versionstamp(), null);
        KvSelector selector = isReverse ? KvSelector.prefix().reverse() : KvSelector.prefix();
        server.script(READ, isReverse ? found(ENTRY, b) : found(b, ENTRY));
        assertThat(errorOf(KvDatabaseException.class, kv.list(selector))).hasMessageContaining("out of order");
        server.script(READ, found(ENTRY, ENTRY));
        assertThat(errorOf(KvDatabaseException.class, kv.list(selector))).hasMessageContaining("out of order");
        server.script(READ, isReverse ? found(b, ENTRY) : found(ENTRY, b));
        assertThat(await(kv.list(selector).count())).isEqualTo(2);
    }

    @Test
    void aVersionstampOfThreeBytesIsFinal() {
        server.script(READ, reply(answer(entry().setVersionstamp(ByteString.copyFrom(new byte[3])))));
        assertReadIsFinal("versionstamp of entry 0 has 3 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void anUnknownEncodingIsTheFaultOfThatEntryOnly(int encoding) {
        Datapath.SnapshotReadOutput.Builder answer =
                answer(entry().setEncodingValue(encoding), entry().setKey(ByteString.copyFrom(B.encoded())));
        server.script(READ, reply(answer(entry().setEncodingValue(encoding))), reply(answer), reply(answer));
        assertThat(errorOf(KvDecodeException.class, kv.get(A)))
                .hasMessageContaining("encoding " + encoding + " is unknown");
        errorOf(KvDecodeException.class, kv.list(KvSelector.prefix()));
        assertThat(kv.list(KvSelector.prefix().onDecodeError(KvSelector.OnDecodeError.SKIP))
                        .map(KvEntry::key)
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(B);
    }

    @Test
    void aCounterOfThreeBytesIsTheFaultOfThatEntryOnly() {
        server.script(
                READ,
                reply(answer(entry().setEncoding(Datapath.ValueEncoding.VE_LE64)
                        .setValue(ByteString.copyFrom(new byte[3])))));
        assertThat(errorOf(KvDecodeException.class, kv.get(A))).hasMessageContaining("eight bytes, this one has 3");
    }

    @Test
    void anAnswerThatIsFarTooLongIsFinal() {
        server.script(READ, Reply.body(new byte[4 << 20]));
        assertReadIsFinal("longer than");
    }

    // Statuses of version 3, flags of the versions before.

    @ParameterizedTest
    @ValueSource(ints = {0, 99})
    void aStatusOfNoMeaningIsFinalInVersionThree(int status) {
        server.script(READ, reply(answer(entry()).setStatusValue(status)));
        assertReadIsFinal("has the status " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theStatusIsNotLookedAtBefore(int version) {
        server.newestVersion = version;
        Kv old = kv();
        server.script(
                READ,
                reply(answer(entry()).setStatusValue(0)),
                reply(answer(entry()).setStatusValue(2)));
        assertThat(await(old.get(A)).value()).isEqualTo(new byte[] {7});
        assertThat(await(old.get(A)).value()).isEqualTo(new byte[] {7});
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aServerThatCannotReadNowLeadsToNewMetadataAndAnotherTry(int version) {
        server.newestVersion = version;
        Kv of = kv();
        await(of.ready());
        int before = server.count(METADATA);
        server.script(READ, Reply.body(WireMapper.encodeReadDisabled()));
        assertThat(await(of.get(A).hasElement())).isFalse();
        assertThat(server.count(METADATA)).isEqualTo(before + 1);
        assertThat(server.count(READ)).isEqualTo(2);
    }

    @Test
    void aServerThatNeverCanReadIsGivenUp() {
        server.script(READ, 100, Reply.body(WireMapper.encodeReadDisabled()));
        KvUnavailableException error = errorOf(KvUnavailableException.class, kv.get(A));
        assertThat(error).hasMessageContaining("cannot read now").hasMessageContaining("after 6 attempts");
        assertThat(error.retryable()).isTrue();
        assertThat(server.count(READ)).isEqualTo(6);
        assertThat(server.count(METADATA)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aWeakAnswerToAStrongReadLeadsToNewMetadataAndAnotherTry(int version) {
        server.newestVersion = version;
        Kv of = kv();
        await(of.ready());
        int before = server.count(METADATA);
        server.script(READ, Reply.body(WireMapper.encodeReadAnswer(List.of(List.of()), false)));
        assertThat(await(of.get(A).hasElement())).isFalse();
        assertThat(server.count(METADATA)).isEqualTo(before + 1);
        server.script(READ, Reply.body(WireMapper.encodeReadAnswer(List.of(List.of()), false)));
        assertThat(await(of.get(A, KvConsistency.EVENTUAL).hasElement())).isFalse();
        assertThat(server.count(READ)).isEqualTo(3);
    }

    @Test
    void inVersionOneADeclaredEndpointNeedsNoFlag() {
        server.newestVersion = 1;
        Kv old = kv();
        server.script(READ, Reply.body(WireMapper.encodeReadAnswer(List.of(List.of()), false)));
        assertThat(await(old.get(A).hasElement())).isFalse();
        assertThat(server.count(READ)).isEqualTo(1);
    }

    @Test
    void aPointReadAsksForNothingButTheKey() {
        await(kv.get(A).hasElement());
        List<ReadRange> asked =
                WireMapper.decodeRead(server.requests(READ).get(0).body());
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).isPoint()).isTrue();
        assertThat(asked.get(0).limit()).isEqualTo(1);
    }

    // Endpoints.

    @Test
    void eventualReadsMayGoElsewhereAndWritesMayNot() {
        server.endpoints =
                "[{\"url\":\"/weak\",\"consistency\":\"eventual\"},{\"url\":\"/strong\",\"consistency\":\"strong\"}]";
        server.isStronglyConsistent = false;
        Kv of = kv();
        server.script(READ, Reply.after(Mono.empty()), Reply.after(Mono.delay(Duration.ofMillis(50))));
        for (int i = 0; i < 10; i++) {
            await(of.get(A, KvConsistency.EVENTUAL).hasElement());
        }
        assertThat(server.requests(READ)).extracting(Request::path).contains("/weak/snapshot_read");
        server.isStronglyConsistent = true;
        int reads = server.count(READ);
        await(of.get(A).hasElement());
        await(of.set(A, 1));
        assertThat(server.requests(READ).get(reads).path()).isEqualTo("/strong/snapshot_read");
        assertThat(server.requests(WRITE).get(0).path()).isEqualTo("/strong/atomic_write");
    }

    @Test
    void anEndpointThatFailsGivesWayToAnother() {
        server.endpoints =
                "[{\"url\":\"/one\",\"consistency\":\"strong\"},{\"url\":\"/two\",\"consistency\":\"strong\"}]";
        Kv of = kv();
        server.script(READ, Reply.status(503, "down"));
        await(of.get(A).hasElement());
        assertThat(server.requests(READ))
                .extracting(Request::path)
                .doesNotHaveDuplicates()
                .hasSize(2);
    }
}
