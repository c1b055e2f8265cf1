// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.proto.KvConnect;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {

    private static final URI TARGET = URI.create("https://kv.example.com/v2/watch");

    private static byte[] length(int length) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array();
    }

    private static byte[] stream(List<byte[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            out.writeBytes(length(frame.length));
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }

    private static List<byte[]> decode(byte[] stream, int... cuts) {
        FrameDecoder decoder = new FrameDecoder(TARGET);
        List<byte[]> frames = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            frames.addAll(decoder.decode(Arrays.copyOfRange(stream, from, cut)));
            from = cut;
        }
        frames.addAll(decoder.decode(Arrays.copyOfRange(stream, from, stream.length)));
        return frames;
    }

    private static List<byte[]> frames() {
        byte[] large = new byte[70_000];
        new Random(7).nextBytes(large);
        return List.of(
                new byte[] {1}, new byte[0], new byte[] {1, 2, 3, 4, 5}, new byte[0], new byte[0], large, new byte[] {9
                });
    }

    private static List<byte[]> withoutPings() {
        return frames().stream().filter(frame -> frame.length > 0).toList();
    }

    @Test
    void framesAreTheSameWhereverTheStreamIsCut() {
        byte[] small = stream(frames().subList(0, 5));
        List<byte[]> expected = withoutPings().subList(0, 2);
        for (int first = 0; first <= small.length; first++) {
            for (int second = first; second <= small.length; second++) {
                assertThat(decode(small, first, second)).containsExactlyElementsOf(expected);
            }
        }
    }

    @Test
    void framesAreTheSameByteByByte() {
        byte[] stream = stream(frames());
        int[] everywhere = new int[stream.length];
        Arrays.setAll(everywhere, i -> i);
        assertThat(decode(stream, everywhere)).containsExactlyElementsOf(withoutPings());
        assertThat(decode(stream)).containsExactlyElementsOf(withoutPings());
    }

    @Test
    void signsOfLifeAreNoFrames() {
        assertThat(decode(new byte[400])).isEmpty();
    }

    @Test
    void aFrameOfTheGreatestLengthIsTakenAndNoLongerOne() {
        byte[] frame = new byte[KvConnect.MAX_FRAME_BYTES];
        frame[frame.length - 1] = 7;
        assertThat(decode(stream(List.of(frame)), 100_000, 1_000_000)).containsExactly(frame);
        for (int length : new int[] {KvConnect.MAX_FRAME_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            assertThatExceptionOfType(CallFailure.class)
                    .isThrownBy(() -> decode(length(length)))
                    .withMessageContaining(Integer.toUnsignedString(length))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(CallFailure.Kind.SENSELESS));
        }
    }

    @Test
    void aLengthThatIsOnlyClaimedTakesLittleMemory() {
        Runtime runtime = Runtime.getRuntime();
        List<FrameDecoder> decoders = new ArrayList<>();
        // Together they claim more than any heap of these tests has.
        for (int i = 0; i < 1_000; i++) {
            FrameDecoder decoder = new FrameDecoder(TARGET);
            decoder.decode(length(KvConnect.MAX_FRAME_BYTES));
            decoders.add(decoder);
        }
        assertThat(1_000L * KvConnect.MAX_FRAME_BYTES).isGreaterThan(runtime.maxMemory());
        assertThat(decoders).hasSize(1_000);
    }
}
