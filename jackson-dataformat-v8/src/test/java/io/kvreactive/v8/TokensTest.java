// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.testsupport.Vectors;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TokensTest {

    private static final V8Options VERSION_16 = V8Options.builder().version(16).build();

    @TestFactory
    Stream<DynamicTest> whatV8WroteIsCopiedTokenByTokenByteForByte() {
        return Vectors.cases("values.json", "cases").stream()
                .filter(c -> c.get("origin").asString().equals("deno"))
                .map(c -> DynamicTest.dynamicTest(c.get("name").asString(), () -> {
                    byte[] bytes = Vectors.bytes(c);
                    assertThat(copy(V8Reader.of(bytes))).isEqualTo(bytes);
                }));
    }

    @Test
    void tokensTellOffsetIdDepthAndPath() {
        V8Reader reader = V8Reader.of(HexFormat.of().parseHex("ff0f6f220161410149022400017b01"));
        assertThat(reader.version()).isEqualTo(15);
        assertThat(reader.next()).isEqualTo(V8Token.START_OBJECT);
        assertThat(reader.id()).isZero();
        assertThat(reader.next()).isEqualTo(V8Token.STRING);
        assertThat(reader.isKey()).isTrue();
        assertThat(reader.next()).isEqualTo(V8Token.START_DENSE);
        assertThat(reader.id()).isOne();
        assertThat(reader.length()).isOne();
        assertThat(reader.next()).isEqualTo(V8Token.INT32);
        assertThat(reader.intValue()).isOne();
        assertThat(reader.offset()).isEqualTo(8);
        assertThat(reader.depth()).isEqualTo(2);
        assertThat(reader.path()).isEqualTo("$.a[0]");
        assertThat(reader.next()).isEqualTo(V8Token.END_DENSE);
        assertThat(reader.next()).isEqualTo(V8Token.END_OBJECT);
        assertThat(reader.next()).isEqualTo(V8Token.END);
        assertThat(reader.next()).isEqualTo(V8Token.END);
    }

    @Test
    void aPartOfAnArrayAndAnyByteBufferCanBeRead() {
        byte[] within = HexFormat.of().parseHex("0000ff0f490200");
        assertThat(V8Reader.of(within, 2, 4, V8Options.DEFAULT).next()).isEqualTo(V8Token.INT32);
        ByteBuffer direct = ByteBuffer.allocateDirect(4).put(within, 2, 4).flip();
        assertThat(V8.decode(direct, V8Options.DEFAULT)).isEqualTo(1);
        assertThat(direct.remaining()).isEqualTo(4);
        assertThat(V8.decode(ByteBuffer.wrap(within, 2, 4), V8Options.DEFAULT)).isEqualTo(1);
    }

    @Test
    void errorsTellWhereTheyAre() {
        assertThatThrownBy(() -> V8.decode(HexFormat.of().parseHex("ff0f6f22036b2e793b490222016149015e097b01")))
                .isInstanceOfSatisfying(V8FormatException.class, e -> {
                    assertThat(e.kind()).isEqualTo(V8FormatException.Kind.BAD_REFERENCE);
                    assertThat(e.path()).isEqualTo("$['k.y']<value 1>");
                    assertThat(e.offset()).hasValue(16);
                });
    }

    @Test
    void theWriterRefusesCallsInWrongPlaces() {
        refused(writer -> writer.endObject());
        refused(V8Writer::hole);
        refused(writer -> writer.reference(0));
        refused(writer -> {
            writer.nullValue();
            writer.nullValue();
        });
        refused(writer -> {
            writer.startObject();
            writer.nullValue();
        });
        refused(writer -> {
            writer.startObject();
            writer.string("a");
            writer.endObject();
        });
        refusedAsLossy(writer -> {
            writer.startObject();
            writer.string("1");
            writer.nullValue();
            writer.number(1);
        });
        refused(writer -> {
            writer.startDense(2);
            writer.nullValue();
            writer.endDense();
        });
        refusedAsLossy(writer -> {
            writer.startSparse(1);
            writer.number(1);
        });
        refusedAsLossy(writer -> {
            writer.startSparse(1);
            writer.string("length");
        });
        refused(writer -> {
            writer.startMap();
            writer.nullValue();
            writer.endMap();
        });
        refused(writer -> {
            writer.startError(V8Error.Kind.ERROR);
            writer.errorStack(V8String.of("s"));
            writer.errorMessage(V8String.of("m"));
        });
        refused(writer -> {
            writer.nullValue();
            writer.view(V8View.of(V8View.Kind.INT8, V8ArrayBuffer.of(new byte[1])));
        });
        refused(V8Writer::toByteArray);
    }

    @Test
    void aHugeMaximumMakesTheVersion16() {
        V8ArrayBuffer huge = V8ArrayBuffer.resizable(new byte[1], 1L << 32);
        assertThat(V8.encodeModel(huge)[1]).isEqualTo((byte) 16);
        assertThat(V8.encode(List.of(huge))[1]).isEqualTo((byte) 16);
        assertThat(((V8ArrayBuffer) V8.decodeModel(V8.encodeModel(huge))).maxByteLength())
                .isEqualTo(1L << 32);
    }

    private static void refused(Consumer<V8Writer> calls) {
        assertThatThrownBy(() -> calls.accept(V8Writer.create())).isInstanceOf(IllegalStateException.class);
    }

    private static void refusedAsLossy(Consumer<V8Writer> calls) {
        assertThatThrownBy(() -> calls.accept(V8Writer.create())).isInstanceOf(V8LossyConversionException.class);
    }

    private static byte[] copy(V8Reader in) {
        V8Writer out = V8Writer.create(VERSION_16);
        V8Error.Kind kind = V8Error.Kind.ERROR;
        boolean pendingError = false;
        while (in.next() != V8Token.END) {
            if (pendingError) {
                kind = in.token() == V8Token.ERROR_KIND ? in.errorKind() : V8Error.Kind.ERROR;
                out.startError(kind);
                pendingError = false;
            }
            if (in.token() == V8Token.START_ERROR) {
                pendingError = true;
            } else if (in.token() != V8Token.ERROR_KIND) {
                copyToken(in, out);
            }
        }
        return out.toByteArray();
    }

    private static void copyToken(V8Reader in, V8Writer out) {
        switch (in.token()) {
            case UNDEFINED -> out.undefined();
            case NULL -> out.nullValue();
            case TRUE, FALSE -> out.bool(in.token() == V8Token.TRUE);
            case HOLE -> out.hole();
            case INT32 -> out.number(V8Number.int32(in.intValue()));
            case UINT32 -> out.number(V8Number.uint32((long) in.doubleValue()));
            case DOUBLE -> out.number(V8Number.ofBits(in.doubleBits()));
            case BIGINT -> out.bigint(V8BigInt.of(in.bigInteger(), (int) in.length()));
            case STRING -> out.string(V8String.of(in.string(), in.encoding()));
            case REFERENCE -> out.reference(in.id());
            case START_OBJECT -> assertThat(out.startObject()).isEqualTo(in.id());
            case END_OBJECT -> out.endObject();
            case START_DENSE -> out.startDense((int) in.length());
            case END_DENSE -> out.endDense();
            case START_SPARSE -> out.startSparse(in.length());
            case END_SPARSE -> out.endSparse();
            case START_MAP -> out.startMap();
            case END_MAP -> out.endMap();
            case START_SET -> out.startSet();
            case END_SET -> out.endSet();
            case ERROR_MESSAGE -> out.errorMessage(V8String.of(in.string(), in.encoding()));
            case ERROR_STACK -> out.errorStack(V8String.of(in.string(), in.encoding()));
            case ERROR_CAUSE -> out.errorCause();
            case END_ERROR -> out.endError();
            case START_HOST -> out.startHost();
            case END_HOST -> out.endHost();
            default -> assertThat(copyObject(in, out)).isEqualTo(in.id());
        }
    }

    private static int copyObject(V8Reader in, V8Writer out) {
        return switch (in.token()) {
            case DATE -> out.date(V8Date.ofBits(in.doubleBits()));
            case REGEXP -> out.regExp(V8RegExp.of(V8String.of(in.string(), in.encoding()), in.flags()));
            case BUFFER -> out.buffer(V8ArrayBuffer.owning(in.bytes(), in.bufferKind(), in.maxLength()));
            case VIEW -> out.view(viewOfToken(in));
            default -> out.boxed((V8Boxed) ModelReader.leafObject(in));
        };
    }

    /** The writer looks at where a view stands, not at its buffer: any that is large enough will do. */
    private static V8View viewOfToken(V8Reader in) {
        boolean resizable = (in.flags() & 2) != 0;
        byte[] enough = new byte[in.viewOffset() + (int) in.length()];
        V8ArrayBuffer buffer = resizable ? V8ArrayBuffer.resizable(enough, 1 << 20) : V8ArrayBuffer.of(enough);
        return V8View.stored(in.viewKind(), buffer, in.viewOffset(), in.length(), in.flags());
    }
}
