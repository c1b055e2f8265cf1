// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.SimpleStreamReadContext;

/** Goes along a tape. */
final class TapeWalk extends Walk {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER = 2;

    private final V8Parser parser;
    private final byte[] bytes;
    private final int start;
    private final Tape tape;
    private final Names names;
    private final CurrentNumber number;
    private final boolean keepsUndefined;
    private int at = -1;

    TapeWalk(
            V8Parser parser,
            byte[] bytes,
            int start,
            Tape tape,
            Names names,
            CurrentNumber number,
            SimpleStreamReadContext root) {
        super(parser, root);
        this.parser = parser;
        this.bytes = bytes;
        this.start = start;
        this.tape = tape;
        this.names = names;
        this.number = number;
        this.keepsUndefined = parser.isEnabled(V8ReadFeature.UNDEFINED_PROPERTIES_AS_NULL);
    }

    @Override
    @Nullable
    JsonToken next() {
        long word = tape.at(++at);
        return switch (Tape.kind(word)) {
            case Tape.NAME -> name(word);
            case Tape.LATIN1, Tape.UTF16, Tape.UTF8 -> scalar(JsonToken.VALUE_STRING);
            case Tape.INT32 -> scalar(number.set(Tape.more(word)));
            case Tape.DOUBLE -> scalar(number.set(Double.longBitsToDouble(bits(word))));
            case Tape.BIGINT -> scalar(number.set(bigInteger(word)));
            case Tape.TRUE -> scalar(JsonToken.VALUE_TRUE);
            case Tape.FALSE -> scalar(JsonToken.VALUE_FALSE);
            case Tape.NULL, Tape.UNDEFINED -> scalar(JsonToken.VALUE_NULL);
            case Tape.DATE, Tape.BYTES -> scalar(JsonToken.VALUE_EMBEDDED_OBJECT);
            case Tape.OBJECT -> startObject();
            case Tape.ARRAY, Tape.SET -> startArray();
            case Tape.END_OBJECT -> end(JsonToken.END_OBJECT);
            case Tape.END_ARRAY -> end(JsonToken.END_ARRAY);
            default -> {
                at--;
                yield null;
            }
        };
    }

    private JsonToken scalar(JsonToken token) {
        context.valueRead();
        return token;
    }

    private JsonToken end(JsonToken token) {
        context = parent();
        return token;
    }

    private JsonToken name(long first) {
        long word = first;
        if (!keepsUndefined && kindAt(at + 1) == Tape.UNDEFINED) {
            skipUndefined();
            word = tape.at(at);
            if (Tape.kind(word) != Tape.NAME) {
                return end(JsonToken.END_OBJECT);
            }
        }
        context.setCurrentName(names.at(Tape.more(word)));
        return JsonToken.PROPERTY_NAME;
    }

    /** Goes to the next name of a property that does not hold undefined, or to the end of the object. */
    private void skipUndefined() {
        while (kindAt(at) == Tape.NAME && kindAt(at + 1) == Tape.UNDEFINED) {
            at += 2;
        }
    }

    private int kindAt(int place) {
        return Tape.kind(tape.at(place));
    }

    @Override
    JsonToken skip() {
        at = Tape.more(tape.at(at)) - 1;
        JsonToken end = next();
        return end == null ? JsonToken.NOT_AVAILABLE : end;
    }

    /** Where the value is that the token is, begins, ends or names. */
    private int place() {
        long word = tape.at(at);
        int kind = Tape.kind(word);
        if (kind == Tape.NAME) {
            return at + 1;
        }
        return kind == Tape.END_OBJECT || kind == Tape.END_ARRAY ? Tape.more(word) : at;
    }

    @Override
    V8Token kind() {
        if (at < 0) {
            return V8Token.END;
        }
        long word = tape.at(place());
        return switch (Tape.kind(word)) {
            case Tape.NULL -> V8Token.NULL;
            case Tape.UNDEFINED -> V8Token.UNDEFINED;
            case Tape.TRUE -> V8Token.TRUE;
            case Tape.FALSE -> V8Token.FALSE;
            case Tape.INT32 -> V8Token.INT32;
            case Tape.DOUBLE -> V8Token.DOUBLE;
            case Tape.BIGINT -> V8Token.BIGINT;
            case Tape.LATIN1, Tape.UTF16, Tape.UTF8 -> V8Token.STRING;
            case Tape.DATE -> V8Token.DATE;
            case Tape.BYTES -> V8Token.VIEW;
            case Tape.OBJECT -> V8Token.START_OBJECT;
            case Tape.ARRAY -> bytes[start + Tape.offset(word)] == 'A' ? V8Token.START_DENSE : V8Token.START_SPARSE;
            case Tape.SET -> V8Token.START_SET;
            default -> V8Token.END;
        };
    }

    @Override
    int offset() {
        return at < 0 ? 0 : Tape.offset(tape.at(place()));
    }

    @Override
    Object content() {
        long word = tape.at(at);
        return switch (Tape.kind(word)) {
            case Tape.LATIN1 -> string(word, V8String.Encoding.LATIN1);
            case Tape.UTF16 -> string(word, V8String.Encoding.UTF16);
            case Tape.UTF8 -> string(word, V8String.Encoding.UTF8);
            case Tape.BYTES -> binary(word);
            case Tape.DATE -> {
                V8Date date = V8Date.ofBits(bits(word));
                yield date.isValid() ? date.toInstant() : date;
            }
            default -> model();
        };
    }

    private String string(long word, V8String.Encoding encoding) {
        int length = Tape.more(word);
        parser.requireStringLength(length);
        return Content.text(bytes, start + contentOffset(word), length, encoding);
    }

    private byte[] binary(long word) {
        // The word stands where the bytes end.
        int end = start + Tape.offset(word);
        return Arrays.copyOfRange(bytes, end - Tape.more(word), end);
    }

    private static int contentOffset(long word) {
        return Tape.offset(word) + 1 + TapeReader.width(Integer.toUnsignedLong(Tape.more(word)));
    }

    private long bits(long word) {
        return (long) LONGS.get(bytes, start + Tape.offset(word) + 1);
    }

    private BigInteger bigInteger(long word) {
        int field = Tape.more(word);
        return Content.bigInteger(bytes, start + contentOffset(word), field >>> 1, (field & 1) != 0);
    }

    @Override
    V8Value model() {
        int place = place();
        long word = tape.at(place);
        return switch (Tape.kind(word)) {
            case Tape.NULL -> V8Null.INSTANCE;
            case Tape.UNDEFINED -> V8Undefined.INSTANCE;
            case Tape.TRUE -> V8Boolean.TRUE;
            case Tape.FALSE -> V8Boolean.FALSE;
            case Tape.INT32 -> V8Number.int32(Tape.more(word));
            case Tape.DOUBLE -> V8Number.ofBits(bits(word));
            default -> decode(place);
        };
    }

    /** Without references every part of the bytes is a value of its own, but for the header. */
    private V8Value decode(int place) {
        long word = tape.at(place);
        int from = Tape.offset(word);
        if (Tape.kind(word) == Tape.BYTES) {
            from -= Tape.more(word) + TapeReader.width(Tape.more(word)) + 1;
        }
        int length = Tape.offset(tape.at(tape.after(place))) - from;
        byte[] part = new byte[HEADER + length];
        System.arraycopy(bytes, start, part, 0, HEADER);
        System.arraycopy(bytes, start + from, part, HEADER, length);
        // What follows it may be padding, or the content of the next.
        return V8.decodeModel(
                part,
                parser.options().mutate().trailing(V8Options.Trailing.IGNORE).build());
    }

    @Override
    @Nullable
    Object objectId() {
        return null;
    }

    @Override
    JsonToken mapAsPairs() {
        throw new IllegalStateException("no Map is on a tape");
    }
}
