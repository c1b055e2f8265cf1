// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.kvreactive.CommitResult;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.spi.SumRange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireMapperTest {

    private static final byte[] KEY = {2, 'a', 0};
    private static final byte[] OTHER_KEY = {2, 'b', 0};
    private static final KvValue TEXT = KvValue.copyOf(KvValue.V8, new byte[] {(byte) 0xFF, 15, '"', 2, 'h', 'i'});
    private static final KvValue FIVE = KvValue.of(KvU64.of(5));
    private static final Versionstamp SEVEN = Versionstamp.ofVersion(7);
    private static final Versionstamp EIGHT = Versionstamp.ofVersion(8);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void theBytesAreThoseOfTheProtocol() {
        assertThat(WireMapper.encodeRead(List.of(ReadRange.point(KEY))))
                .isEqualTo(hex("0a0d 0a03026100 120402610000 1801"));
        assertThat(WireMapper.encodeRead(List.of(ReadRange.descending(KEY, OTHER_KEY, 300))))
                .isEqualTo(hex("0a0f 0a03026100 1203026200 18ac02 2001"));
        assertThat(WireMapper.encodeWrite(AtomicWrite.of(
                        List.of(Check.of(KEY, SEVEN)), List.of(Mutation.sum(KEY, FIVE, SumRange.UNBOUNDED)))))
                .isEqualTo(hex("0a11 0a03026100 120a00000000000000070000"
                        + " 1215 0a03026100 120c 0a080500000000000000 1002 1803"));
        assertThat(WireMapper.encodeWatch(List.of(KEY))).isEqualTo(hex("0a05 0a03026100"));
        assertThat(WireMapper.encodeWriteAnswer(new CommitResult.Committed(SEVEN)))
                .isEqualTo(hex("0801 120a00000000000000070000"));
        assertThat(WireMapper.encodeReadDisabled()).isEqualTo(hex("1001 4002"));
        assertThat(WireMapper.encodeWatchDisabledFrame()).isEqualTo(hex("02000000 0802"));
        assertThat(WireMapper.encodeWatchPing()).isEqualTo(hex("00000000"));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void rangesComeOverAsTheyAre() {
        List<ReadRange> ranges = List.of(
                ReadRange.point(KEY),
                ReadRange.ascending(new byte[0], KEY, 1_000),
                ReadRange.descending(KEY, OTHER_KEY, Integer.MAX_VALUE));
        List<ReadRange> read = WireMapper.decodeRead(WireMapper.encodeRead(ranges));
        assertThat(read).usingRecursiveComparison().isEqualTo(ranges);
        assertThat(WireMapper.decodeRead(new byte[0])).isEmpty();
    }

    @Test
    void writesComeOverAsTheyAre() {
        SumRange clamped = new SumRange(TEXT, KvValue.copyOf(KvValue.V8, new byte[] {1}), SumRange.Outside.CLAMP);
        AtomicWrite write = AtomicWrite.of(
                List.of(Check.of(KEY, SEVEN), Check.of(OTHER_KEY, null)),
                List.of(
                        Mutation.set(KEY, TEXT, NOON),
                        Mutation.set(KEY, KvValue.copyOf(KvValue.BYTES, new byte[0]), null),
                        Mutation.setVersionstamped(KEY, TEXT, NOON),
                        Mutation.delete(OTHER_KEY),
                        Mutation.sum(KEY, FIVE, SumRange.UNBOUNDED),
                        Mutation.sum(KEY, TEXT, clamped),
                        Mutation.sum(KEY, TEXT, new SumRange(TEXT, null, SumRange.Outside.FAIL)),
                        Mutation.min(KEY, FIVE),
                        Mutation.max(KEY, FIVE)),
                List.of(
                        Enqueue.of(new byte[] {1, 2}, NOON, List.of(Duration.ZERO, Duration.ofHours(1)), List.of(KEY)),
                        Enqueue.of(new byte[] {3}, NOON, null, List.of())));
        AtomicWrite read = WireMapper.decodeWrite(WireMapper.encodeWrite(write));
        assertThat(read).usingRecursiveComparison().isEqualTo(write);
        assertThat(WireMapper.decodeWrite(new byte[0]))
                .usingRecursiveComparison()
                .isEqualTo(AtomicWrite.of(List.of(), List.of()));
    }

    @Test
    void anEmptyScheduleCannotBeToldFromTheDefault() {
        Enqueue once = Enqueue.of(new byte[] {1}, NOON, List.of(), List.of());
        AtomicWrite read =
                WireMapper.decodeWrite(WireMapper.encodeWrite(AtomicWrite.of(List.of(), List.of(), List.of(once))));
        assertThat(read.enqueues().get(0).backoffSchedule()).isNull();
    }

    @Test
    void anExpiryInThePastIsNotTakenForNever() {
        for (long millis : new long[] {0, -1, -5, Long.MIN_VALUE}) {
            Mutation set = Mutation.set(KEY, TEXT, Instant.ofEpochMilli(millis));
            AtomicWrite read = WireMapper.decodeWrite(WireMapper.encodeWrite(AtomicWrite.of(List.of(), List.of(set))));
            assertThat(read.mutations().get(0).expiresAt()).isEqualTo(Instant.ofEpochMilli(1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void twoNumbersMeanNever(long millis) {
        byte[] body = write(set().setExpireAtMs(millis));
        assertThat(WireMapper.decodeWrite(body).mutations().get(0).expiresAt()).isNull();
    }

    @Test
    void answersToReadsComeOverAsTheyAre() {
        List<List<RawEntry>> ranges = List.of(
                List.of(RawEntry.of(KEY, TEXT, SEVEN, null), RawEntry.of(OTHER_KEY, FIVE, EIGHT, null)), List.of());
        ReadAnswer answer = WireMapper.decodeReadAnswer(WireMapper.encodeReadAnswer(ranges, true));
        assertThat(answer)
                .usingRecursiveComparison()
                .isEqualTo(new ReadAnswer(ReadAnswer.SUCCESS, false, true, ranges));
        assertThat(WireMapper.decodeReadAnswer(WireMapper.encodeReadAnswer(List.of(), false))
                        .isStronglyConsistent())
                .isFalse();
        assertThat(WireMapper.decodeReadAnswer(WireMapper.encodeReadDisabled()))
                .isEqualTo(new ReadAnswer(ReadAnswer.DISABLED, true, false, List.of()));
    }

    @Test
    void anEntryWithADefectIsNotTakenForSound() {
        List<List<RawEntry>> ranges = List.of(List.of(RawEntry.defective(KEY, TEXT, SEVEN, "a text instead of bytes")));
        ReadAnswer answer = WireMapper.decodeReadAnswer(WireMapper.encodeReadAnswer(ranges, true));
        assertThat(answer.ranges().get(0).get(0).value()).isEqualTo(KvValue.copyOf(0, TEXT.toByteArray()));
    }

    @Test
    void valuesOfWhateverEncodingAreRead() {
        for (int encoding : new int[] {0, 7, -1}) {
            ReadAnswer answer = WireMapper.decodeReadAnswer(readAnswer(entry().setEncodingValue(encoding)));
            assertThat(answer.ranges().get(0).get(0).value().encoding()).isEqualTo(encoding);
        }
        ReadAnswer answer = WireMapper.decodeReadAnswer(readAnswer(
                entry().setEncoding(Datapath.ValueEncoding.VE_LE64).setValue(ByteString.copyFrom(new byte[3]))));
        assertThat(answer.ranges().get(0).get(0).value()).isEqualTo(KvValue.copyOf(KvValue.LE64, new byte[3]));
    }

    @Test
    void answersToWritesComeOverAsTheyAre() {
        assertThat(WireMapper.decodeWriteAnswer(WireMapper.encodeWriteAnswer(new CommitResult.Committed(SEVEN))))
                .isEqualTo(new WriteAnswer(WriteAnswer.SUCCESS, SEVEN, List.of()));
        assertThat(WireMapper.decodeWriteAnswer(
                        WireMapper.encodeWriteAnswer(new CommitResult.Conflict(List.of(0, 99)))))
                .isEqualTo(new WriteAnswer(WriteAnswer.CHECK_FAILURE, null, List.of(0, 99)));
        assertThat(WireMapper.decodeWriteAnswer(WireMapper.encodeWriteDisabled()))
                .isEqualTo(new WriteAnswer(WriteAnswer.WRITE_DISABLED, null, List.of()));
        assertThat(WireMapper.decodeWriteAnswer(new byte[0]).status()).isEqualTo(WriteAnswer.UNSPECIFIED);
        assertThat(WireMapper.decodeWriteAnswer(hex("0863")).status()).isEqualTo(99);
    }

    @Test
    void watchedKeysComeOverAsTheyAre() {
        List<byte[]> keys = List.of(KEY, new byte[0], KEY);
        assertThat(WireMapper.decodeWatch(WireMapper.encodeWatch(keys))).containsExactlyElementsOf(keys);
    }

    @Test
    void aFrameTellsWhatChangedSinceTheOneBefore() {
        List<List<RawEntry>> first = List.of(
                List.of(RawEntry.of(KEY, TEXT, SEVEN, null)),
                List.of(),
                List.of(RawEntry.of(KEY, TEXT, SEVEN, null)),
                List.of());
        RawEntry newer = RawEntry.of(KEY, TEXT, EIGHT, null);
        List<List<RawEntry>> second = List.of(List.of(newer), List.of(), List.of(), List.of(newer));

        assertThat(answerOf(WireMapper.encodeWatchFrame(null, first)).keys())
                .extracting(WatchAnswer.Key::isChanged, key -> key.entry() != null)
                .containsExactly(tuple(true, true), tuple(true, false), tuple(true, true), tuple(true, false));
        WatchAnswer answer = answerOf(WireMapper.encodeWatchFrame(first, second));
        assertThat(answer.status()).isEqualTo(ReadAnswer.SUCCESS);
        assertThat(answer.keys())
                .extracting(WatchAnswer.Key::isChanged, key -> key.entry() != null)
                .containsExactly(tuple(true, true), tuple(false, false), tuple(true, false), tuple(true, true));
        assertThat(answer.keys().get(0).entry()).usingRecursiveComparison().isEqualTo(newer);
        assertThat(answerOf(WireMapper.encodeWatchDisabledFrame()))
                .isEqualTo(new WatchAnswer(ReadAnswer.DISABLED, List.of()));
    }

    private static WatchAnswer answerOf(byte[] frame) {
        int length = frame[0] & 0xFF | (frame[1] & 0xFF) << 8 | (frame[2] & 0xFF) << 16 | (frame[3] & 0xFF) << 24;
        assertThat(length).isEqualTo(frame.length - 4);
        return WireMapper.decodeWatchAnswer(Arrays.copyOfRange(frame, 4, frame.length));
    }

    static Stream<Arguments> malformedBodies() {
        Function<byte[], Object> read = WireMapper::decodeRead;
        Function<byte[], Object> write = WireMapper::decodeWrite;
        Function<byte[], Object> readAnswer = WireMapper::decodeReadAnswer;
        Function<byte[], Object> writeAnswer = WireMapper::decodeWriteAnswer;
        Function<byte[], Object> watchAnswer = WireMapper::decodeWatchAnswer;
        byte[] text = "internal server error".getBytes(StandardCharsets.UTF_8);
        ByteString threeBytes = ByteString.copyFrom(new byte[3]);
        return Stream.of(
                Arguments.of("no SnapshotRead", read, text),
                Arguments.of("no AtomicWrite", write, text),
                Arguments.of("no SnapshotReadOutput", readAnswer, text),
                Arguments.of("no AtomicWriteOutput", writeAnswer, text),
                Arguments.of("no WatchOutput", watchAnswer, text),
                Arguments.of("no Watch", (Function<byte[], Object>) WireMapper::decodeWatch, text),
                Arguments.of("limit of range 1 is 0", read, ranges(1, 0)),
                Arguments.of("limit of range 0 is -7", read, ranges(-7)),
                Arguments.of("mutation 0 is of the unknown type 0", write, write(set().setMutationTypeValue(0))),
                Arguments.of("mutation 1 is of the unknown type 6", write, write(set(), set().setMutationTypeValue(6))),
                Arguments.of("mutation 0 has no value", write, write(set().clearValue())),
                Arguments.of(
                        "mutation 0 has no value",
                        write,
                        write(set().clearValue().setMutationType(Datapath.MutationType.M_SUM))),
                Arguments.of("unknown encoding 0", write, write(set().setValue(value(0, 3)))),
                Arguments.of("unknown encoding 4", write, write(set().setValue(value(4, 3)))),
                Arguments.of("3 bytes, not eight", write, write(set().setValue(value(KvValue.LE64, 3)))),
                Arguments.of("expiry of mutation 0", write, write(set().setExpireAtMs(-2))),
                Arguments.of(
                        "versionstamp of check 0 has 3 bytes",
                        write,
                        Datapath.AtomicWrite.newBuilder()
                                .addChecks(Datapath.Check.newBuilder().setVersionstamp(threeBytes))
                                .build()
                                .toByteArray()),
                Arguments.of(
                        "versionstamp of entry 0 has 3 bytes",
                        readAnswer,
                        readAnswer(entry().setVersionstamp(threeBytes))),
                Arguments.of(
                        "versionstamp of entry 0 has 0 bytes", readAnswer, readAnswer(entry().clearVersionstamp())),
                Arguments.of("versionstamp of commit 0 has 0 bytes", writeAnswer, hex("0801")),
                Arguments.of(
                        "versionstamp of entry 0 has 3 bytes",
                        watchAnswer,
                        Datapath.WatchOutput.newBuilder()
                                .addKeys(Datapath.WatchKeyOutput.newBuilder()
                                        .setChanged(true)
                                        .setEntryIfChanged(entry().setVersionstamp(threeBytes)))
                                .build()
                                .toByteArray()));
    }

    @ParameterizedTest
    @MethodSource("malformedBodies")
    void whatIsMalformedIsNamed(String what, Function<byte[], Object> decoder, byte[] body) {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> decoder.apply(body))
                .withMessageContaining(what);
    }

    @Test
    void noBytesMakeADecoderFailInAnotherWay() {
        List<Function<byte[], Object>> decoders = List.of(
                WireMapper::decodeRead,
                WireMapper::decodeWrite,
                WireMapper::decodeWatch,
                WireMapper::decodeReadAnswer,
                WireMapper::decodeWriteAnswer,
                WireMapper::decodeWatchAnswer);
        List<byte[]> sound = List.of(
                ranges(1, 2),
                write(set(), set()),
                readAnswer(entry()),
                WireMapper.encodeWriteAnswer(new CommitResult.Conflict(List.of(1))),
                WireMapper.encodeWatch(List.of(KEY)));
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] body = sound.get(i % sound.size()).clone();
            body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
            body = Arrays.copyOf(body, random.nextInt(body.length + 1));
            for (Function<byte[], Object> decoder : decoders) {
                try {
                    decoder.apply(body);
                } catch (MalformedMessageException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(20_000, 119_000);
    }

    private static byte[] ranges(int... limits) {
        Datapath.SnapshotRead.Builder message = Datapath.SnapshotRead.newBuilder();
        Arrays.stream(limits)
                .forEach(limit ->
                        message.addRanges(Datapath.ReadRange.newBuilder().setLimit(limit)));
        return message.build().toByteArray();
    }

    private static byte[] write(Datapath.Mutation.Builder... mutations) {
        Datapath.AtomicWrite.Builder message = Datapath.AtomicWrite.newBuilder();
        Arrays.stream(mutations).forEach(message::addMutations);
        return message.build().toByteArray();
    }

    private static Datapath.Mutation.Builder set() {
        return Datapath.Mutation.newBuilder()
                .setKey(ByteString.copyFrom(KEY))
                .setValue(value(KvValue.V8, 3))
                .setMutationType(Datapath.MutationType.M_SET);
    }

    private static Datapath.KvValue.Builder value(int encoding, int size) {
        return Datapath.KvValue.newBuilder().setEncodingValue(encoding).setData(ByteString.copyFrom(new byte[size]));
    }

    private static Datapath.KvEntry.Builder entry() {
        return Datapath.KvEntry.newBuilder()
                .setKey(ByteString.copyFrom(KEY))
                .setEncodingValue(KvValue.V8)
                .setVersionstamp(ByteString.copyFrom(SEVEN.toByteArray()));
    }

    private static byte[] readAnswer(Datapath.KvEntry.Builder entry) {
        return Datapath.SnapshotReadOutput.newBuilder()
                .addRanges(Datapath.ReadRangeOutput.newBuilder().addValues(entry))
                .build()
                .toByteArray();
    }
}
