// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineAssemblerTest {

    private static List<Line> lines(LineAssembler assembler, byte[]... chunks) {
        List<Line> lines = new ArrayList<>();
        for (byte[] chunk : chunks) {
            ByteBuffer buffer = ByteBuffer.wrap(chunk);
            assembler.lines(buffer).forEach(lines::add);
            assertThat(buffer.remaining()).isEqualTo(chunk.length);
        }
        Line rest = assembler.rest();
        if (rest != null) {
            lines.add(rest);
        }
        return lines;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void bytesMayBeCutAnywhere() {
        String text = "é😀\n\n\"\uFFFD\"\r\nlast";
        byte[] bytes = utf8(text);
        List<Line> whole = lines(new LineAssembler(100), bytes);
        assertThat(whole).extracting(Line::text).containsExactly("é😀", "", "\"\uFFFD\"\r", "last");
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            List<byte[]> chunks = new ArrayList<>();
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + random.nextInt(6));
                chunks.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            assertThat(lines(new LineAssembler(100), chunks.toArray(byte[][]::new)))
                    .isEqualTo(whole);
        }
    }

    @Test
    void aLineOfAnyLengthUpToTheLimitIsTaken() {
        LineAssembler assembler = new LineAssembler(300);
        assertThat(lines(assembler, utf8("a".repeat(300) + "\n"), utf8("b".repeat(150)), utf8("b".repeat(150))))
                .containsExactly(Line.of("a".repeat(300)), Line.of("b".repeat(300)));
    }

    @Test
    void ofALineThatIsTooLongNothingIsKept() {
        LineAssembler assembler = new LineAssembler(3);
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(utf8("ok\n12"));
        for (int i = 0; i < 100; i++) {
            chunks.add(new byte[65_536]);
        }
        chunks.add(utf8("\nok\n1234\n1234"));
        assertThat(lines(assembler, chunks.toArray(byte[][]::new)))
                .containsExactly(Line.of("ok"), Line.tooLong(3), Line.of("ok"), Line.tooLong(3), Line.tooLong(3));
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] surrogate = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '\n', '"', (byte) 0xC3, '\n', 'x'};
        assertThat(lines(new LineAssembler(10), surrogate))
                .extracting(Line::defect)
                .containsExactly("bytes that are not UTF-8", "bytes that are not UTF-8", null);
    }

    @Test
    void linesOfADirectBufferAreReadAsTheyAreAskedFor() {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(8).put(utf8("a\nb\nc\nd\n")).flip();
        var iterator = new LineAssembler(10).lines(direct).iterator();
        assertThat(iterator.next()).isEqualTo(Line.of("a"));
        direct.put(2, (byte) 'B');
        assertThat(iterator.next()).isEqualTo(Line.of("B"));
    }
}
