// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written without the generated classes has the very bytes that they write. */
class WireOutputTest {

    private static final int ROUNDS = 300;

    private final Random random = new Random(7);

    @Test
    void anAnswerToAReadHasTheBytesOfTheGeneratedMessage() {
        for (int round = 0; round < ROUNDS; round++) {
            List<List<RawEntry>> ranges = ranges();
            boolean isStrong = random.nextBoolean();
            assertThat(WireMapper.encodeReadAnswer(ranges, isStrong))
                    .isEqualTo(message(ranges, isStrong).toByteArray());
        }
    }

    @Test
    void anAnswerWrittenInStepsIsTheSameWhateverTheSizeOfTheBuffers() {
        for (int round = 0; round < ROUNDS; round++) {
            List<List<RawEntry>> ranges = ranges();
            ReadAnswerWriter writer = ReadAnswerWriter.of(ranges, true);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            while (!writer.isDone()) {
                ByteBuffer buffer = buffer(writer.nextSize() + random.nextInt(1 << random.nextInt(18)));
                writer.writeTo(buffer);
                byte[] bytes = new byte[buffer.flip().remaining()];
                buffer.get(bytes);
                assertThat(bytes).isNotEmpty();
                written.writeBytes(bytes);
            }
            assertThat(writer.nextSize()).isZero();
            assertThat(written.toByteArray())
                    .hasSize(writer.size())
                    .isEqualTo(message(ranges, true).toByteArray());
        }
    }

    private ByteBuffer buffer(int capacity) {
        return random.nextBoolean() ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
    }

    @Test
    void framesTellEveryKeyWhenOneHasChangedAndRememberVersionsOnly() throws InvalidProtocolBufferException {
        for (int round = 0; round < ROUNDS; round++) {
            int keys = random.nextInt(11);
            WatchFrames frames = WatchFrames.begin();
            List<List<RawEntry>> before = null;
            for (int step = 0; step < 5; step++) {
                List<List<RawEntry>> state = state(keys, before);
                byte[] frame = frames.next(state);
                Datapath.WatchOutput expected = message(null, state);
                boolean isNews = before == null
                        || message(before, state).getKeysList().stream().anyMatch(Datapath.WatchKeyOutput::getChanged);
                if (isNews) {
                    assertThat(ByteBuffer.wrap(frame)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getInt())
                            .isEqualTo(frame.length - Integer.BYTES);
                    assertThat(Arrays.copyOfRange(frame, Integer.BYTES, frame.length))
                            .isEqualTo(expected.toByteArray());
                } else {
                    assertThat(frame).isNull();
                }
                before = state;
            }
        }
    }

    @Test
    void requestsAreReadFromAnyBufferAndReferToNothingOfIt() {
        List<ReadRange> ranges = List.of(ReadRange.point(new byte[] {2, 'a', 0}));
        byte[] body = WireMapper.encodeRead(ranges);
        for (ByteBuffer whole :
                List.of(ByteBuffer.allocate(body.length + 9), ByteBuffer.allocateDirect(body.length + 9))) {
            ByteBuffer request = whole.duplicate().position(4).put(body).flip().position(4);
            List<ReadRange> read = WireMapper.decodeRead(request);
            assertThat(request.remaining()).isEqualTo(body.length);
            while (whole.hasRemaining()) {
                whole.put((byte) 0xEE);
            }
            assertThat(read).usingRecursiveComparison().isEqualTo(ranges);
        }
    }

    @Test
    void aRequestOfMoreElementsThanAnyDatabaseTakesIsRefusedBeforeItIsBuilt() {
        byte[] emptyChecks = new byte[2 * 10_001];
        for (int i = 0; i < emptyChecks.length; i += 2) {
            emptyChecks[i] = 0x0A;
        }
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> WireMapper.decodeWrite(emptyChecks))
                .withMessage("the body has more than 10000 elements");
        assertThat(WireMapper.decodeWrite(Arrays.copyOf(emptyChecks, 2 * 10_000))
                        .checks())
                .hasSize(10_000);
    }

    private List<List<RawEntry>> ranges() {
        List<List<RawEntry>> ranges = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            List<RawEntry> entries = new ArrayList<>();
            for (int k = random.nextInt(20); k > 0; k--) {
                entries.add(entry());
            }
            ranges.add(entries);
        }
        return ranges;
    }

    private List<List<RawEntry>> state(int keys, List<List<RawEntry>> before) {
        List<List<RawEntry>> state = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            boolean stays = before != null && random.nextInt(3) > 0;
            state.add(stays ? before.get(i) : random.nextBoolean() ? List.of() : List.of(entry()));
        }
        return state;
    }

    private RawEntry entry() {
        byte[] key = new byte[random.nextInt(300)];
        random.nextBytes(key);
        byte[] value = new byte[random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(200)];
        random.nextBytes(value);
        KvValue stored = KvValue.wrap(List.of(1, 2, 3, 0, 200, -1).get(random.nextInt(6)), value);
        Versionstamp version = Versionstamp.ofVersion(random.nextLong());
        return random.nextInt(10) == 0
                ? RawEntry.defective(key, stored, version, "for the test")
                : RawEntry.of(key, stored, version, null);
    }

    private static Datapath.SnapshotReadOutput message(List<List<RawEntry>> ranges, boolean isStrong) {
        Datapath.SnapshotReadOutput.Builder message = Datapath.SnapshotReadOutput.newBuilder()
                .setReadIsStronglyConsistent(isStrong)
                .setStatus(Datapath.SnapshotReadStatus.SR_SUCCESS);
        for (List<RawEntry> entries : ranges) {
            Datapath.ReadRangeOutput.Builder range = Datapath.ReadRangeOutput.newBuilder();
            entries.forEach(entry -> range.addValues(message(entry)));
            message.addRanges(range);
        }
        return message.build();
    }

    private static Datapath.WatchOutput message(List<List<RawEntry>> before, List<List<RawEntry>> state) {
        Datapath.WatchOutput.Builder message =
                Datapath.WatchOutput.newBuilder().setStatus(Datapath.SnapshotReadStatus.SR_SUCCESS);
        for (int i = 0; i < state.size(); i++) {
            Datapath.WatchKeyOutput.Builder key = Datapath.WatchKeyOutput.newBuilder();
            List<RawEntry> now = state.get(i);
            if (before == null || !versions(before.get(i)).equals(versions(now))) {
                key.setChanged(true);
                now.forEach(entry -> key.setEntryIfChanged(message(entry)));
            }
            message.addKeys(key);
        }
        return message.build();
    }

    private static List<Versionstamp> versions(List<RawEntry> found) {
        return found.stream().map(RawEntry::versionstamp).toList();
    }

    private static Datapath.KvEntry message(RawEntry entry) {
        return Datapath.KvEntry.newBuilder()
                .setKey(ByteString.copyFrom(entry.key()))
                .setValue(ByteString.copyFrom(entry.value().unsafeArray()))
                .setEncodingValue(entry.defect() == null ? entry.value().encoding() : 0)
                .setVersionstamp(ByteString.copyFrom(entry.versionstamp().toByteArray()))
                .build();
    }
}
