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
        int word = ++at;
        return switch (tape.kind(word)) {
            case Tape.NAME -> name(word);
            case Tape.LATIN1, Tape.UTF16, Tape.UTF8 -> scalar(JsonToken.VALUE_STRING);
            case Tape.INT32 -> scalar(number.set(tape.more(word)));
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

    private JsonToken name(int word) {
        int named = word;
        if (tape.kind(word + 1) == Tape.UNDEFINED && !keepsUndefined) {
            named = nextDefined(word);
            at = named;
            if (tape.kind(named) != Tape.NAME) {
                return end(JsonToken.END_OBJECT);
            }
        }
        context.setCurrentName(names.at(tape.more(named)));
        return JsonToken.PROPERTY_NAME;
    }

    /** The next name of a property that does not hold undefined, or the end of the object. */
    private int nextDefined(int word) {
        int next = word;
        while (tape.kind(next) == Tape.NAME && tape.kind(next + 1) == Tape.UNDEFINED) {
            next += 2;
        }
        return next;
    }

    @Override
    JsonToken skip() {
        at = tape.more(at) - 1;
        JsonToken end = next();
        return end == null ? JsonToken.NOT_AVAILABLE : end;
    }

    /** The word of the value that the token is, begins, ends or names. */
    private int value() {
        int kind = tape.kind(at);
        if (kind == Tape.NAME) {
            return at + 1;
        }
        return kind == Tape.END_OBJECT || kind == Tape.END_ARRAY ? tape.more(at) : at;
    }

    @Override
    V8Token kind() {
        if (at < 0) {
            return V8Token.END;
        }
        int word = value();
        return switch (tape.kind(word)) {
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
            case Tape.ARRAY -> bytes[start + tape.offset(word)] == 'A' ? V8Token.START_DENSE : V8Token.START_SPARSE;
            case Tape.SET -> V8Token.START_SET;
            default -> V8Token.END;
        };
    }

    @Override
    int offset() {
        return at < 0 ? 0 : tape.offset(value());
    }

    @Override
    Object content() {
        return switch (tape.kind(at)) {
            case Tape.LATIN1 -> string(V8String.Encoding.LATIN1);
            case Tape.UTF16 -> string(V8String.Encoding.UTF16);
            case Tape.UTF8 -> string(V8String.Encoding.UTF8);
            case Tape.BYTES -> binary();
            case Tape.DATE -> {
                V8Date date = V8Date.ofBits(bits(at));
                yield date.isValid() ? date.toInstant() : date;
            }
            default -> model();
        };
    }

    private String string(V8String.Encoding encoding) {
        int length = tape.more(at);
        parser.requireStringLength(length);
        return Content.text(bytes, start + contentOffset(at), length, encoding);
    }

    private byte[] binary() {
        // The word stands where the bytes end.
        int end = start + tape.offset(at);
        return Arrays.copyOfRange(bytes, end - tape.more(at), end);
    }

    private int contentOffset(int word) {
        return tape.offset(word) + 1 + varintLength(tape.more(word));
    }

    private static int varintLength(int value) {
        int length = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            length++;
        }
        return length;
    }

    private long bits(int word) {
        return (long) LONGS.get(bytes, start + tape.offset(word) + 1);
    }

    private BigInteger bigInteger(int word) {
        int field = tape.more(word);
        return Content.bigInteger(bytes, start + contentOffset(word), field >>> 1, (field & 1) != 0);
    }

    @Override
    V8Value model() {
        int word = value();
        return switch (tape.kind(word)) {
            case Tape.NULL -> V8Null.INSTANCE;
            case Tape.UNDEFINED -> V8Undefined.INSTANCE;
            case Tape.TRUE -> V8Boolean.TRUE;
            case Tape.FALSE -> V8Boolean.FALSE;
            case Tape.INT32 -> V8Number.int32(tape.more(word));
            case Tape.DOUBLE -> V8Number.ofBits(bits(word));
            default -> decode(word);
        };
    }

    /** Without references every part of the bytes is a value of its own, but for the header. */
    private V8Value decode(int word) {
        int from = tape.offset(word);
        if (tape.kind(word) == Tape.BYTES) {
            from -= tape.more(word) + varintLength(tape.more(word)) + 1;
        }
        int length = tape.offset(tape.after(word)) - from;
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
