// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The content of one token: reads it, checks it, and holds it until the next. Strings and bytes are made when asked for. */
final class Payload {

    /** Host objects with one ordinary value inside carry this tag, -1 as an int. */
    private static final int HOST_WITH_VALUE = -1;

    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private final ByteSource in;
    private final OpenContainers open;
    private final V8Options options;
    private final Map<Integer, BufferShape> buffers = new HashMap<>(0);
    private int nextId;

    private V8Token token = V8Token.END;
    private boolean key;
    private boolean viewFollows;
    private int id;
    private int number;
    private long bits;
    private int from;
    private long length;
    private long maxLength;
    private int offset;
    private int flags;
    private V8String.Encoding encoding = V8String.Encoding.LATIN1;
    private V8ArrayBuffer.Kind bufferKind = V8ArrayBuffer.Kind.FIXED;
    private V8View.Kind viewKind = V8View.Kind.UINT8;
    private V8Error.Kind errorKind = V8Error.Kind.ERROR;
    private @Nullable BufferShape viewed;

    Payload(ByteSource in, OpenContainers open, V8Options options) {
        this.in = in;
        this.open = open;
        this.options = options;
    }

    void reset() {
        key = false;
        viewFollows = false;
        id = -1;
    }

    V8Token value(byte tag, int at) {
        token = switch (tag) {
            case Tag.UNDEFINED -> V8Token.UNDEFINED;
            case Tag.NULL -> V8Token.NULL;
            case Tag.TRUE -> V8Token.TRUE;
            case Tag.FALSE -> V8Token.FALSE;
            case Tag.INT32 -> int32();
            case Tag.UINT32 -> uint32();
            case Tag.DOUBLE -> number(V8Token.DOUBLE);
            case Tag.BIGINT -> bigint(V8Token.BIGINT, at);
            case Tag.LATIN1, Tag.UTF16, Tag.UTF8 -> string(tag, V8Token.STRING);
            case Tag.REFERENCE -> reference(at);
            case Tag.OBJECT -> open(tag, V8Token.START_OBJECT, 0, at);
            case Tag.DENSE -> open(tag, V8Token.START_DENSE, denseLength(at), at);
            case Tag.SPARSE -> open(tag, V8Token.START_SPARSE, Integer.toUnsignedLong(in.varint32()), at);
            case Tag.MAP -> open(tag, V8Token.START_MAP, 0, at);
            case Tag.SET -> open(tag, V8Token.START_SET, 0, at);
            case Tag.ERROR -> open(tag, V8Token.START_ERROR, 0, at);
            default -> rareValue(tag, at);
        };
        return token;
    }

    private V8Token rareValue(byte tag, int at) {
        if (tag == Tag.HOST) {
            return host(at);
        }
        if (!Tag.beginsValue(tag)) {
            throw notAValue(tag, at);
        }
        id = nextId++;
        return switch (tag) {
            case Tag.DATE -> number(V8Token.DATE);
            case Tag.BOXED_TRUE -> V8Token.BOXED_TRUE;
            case Tag.BOXED_FALSE -> V8Token.BOXED_FALSE;
            case Tag.BOXED_NUMBER -> number(V8Token.BOXED_NUMBER);
            case Tag.BOXED_BIGINT -> bigint(V8Token.BOXED_BIGINT, at);
            case Tag.BOXED_STRING -> {
                requiredString();
                yield V8Token.BOXED_STRING;
            }
            case Tag.REGEXP -> regexp(at);
            default -> buffer(tag);
        };
    }

    private V8Exception notAValue(byte tag, int at) {
        String shown = "tag 0x" + Integer.toHexString(tag & 0xff);
        if (Tag.isOutOfBand(tag)) {
            return new V8UnsupportedException(
                    V8UnsupportedException.Reason.OUT_OF_BAND,
                    shown + " refers to shared memory, a transferred buffer or WebAssembly, which is not in the bytes",
                    open.path(),
                    at);
        }
        return in.malformed(V8FormatException.Kind.BAD_TAG, shown + " where a value must begin", at);
    }

    private V8Token open(byte tag, V8Token start, long length, int at) {
        id = nextId++;
        this.length = length;
        open.push(tag, id, length, at);
        return start;
    }

    private long denseLength(int at) {
        long claimed = Integer.toUnsignedLong(in.varint32());
        if (claimed > in.remaining()) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_LENGTH,
                    "an array of " + claimed + " elements where " + in.remaining() + " bytes are left",
                    at);
        }
        return claimed;
    }

    private V8Token int32() {
        int zigzag = in.varint32();
        number = zigzag >>> 1 ^ -(zigzag & 1);
        return V8Token.INT32;
    }

    private V8Token uint32() {
        number = in.varint32();
        return V8Token.UINT32;
    }

    private V8Token number(V8Token kind) {
        from = in.offset();
        bits = in.doubleBits();
        return kind;
    }

    private V8Token bigint(V8Token kind, int at) {
        flags = in.varint32();
        length = Integer.toUnsignedLong(flags) >>> 1;
        if (flags == 1) {
            throw in.malformed(V8FormatException.Kind.BAD_BIGINT, "a bigint with a sign and no digits", at);
        }
        from = in.claim(length, "a bigint");
        return kind;
    }

    private V8Token string(byte tag, V8Token kind) {
        length = Integer.toUnsignedLong(in.varint32());
        encoding = switch (tag) {
            case Tag.LATIN1 -> V8String.Encoding.LATIN1;
            case Tag.UTF16 -> V8String.Encoding.UTF16;
            default -> V8String.Encoding.UTF8;
        };
        if (tag == Tag.UTF16 && (length & 1) != 0) {
            throw in.malformed(V8FormatException.Kind.BAD_STRING, "a two-byte string of odd length", in.offset());
        }
        from = in.claim(length, "a string");
        return kind;
    }

    private void requiredString() {
        byte tag = in.valueTag();
        if (tag != Tag.LATIN1 && tag != Tag.UTF16 && tag != Tag.UTF8) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_STRING,
                    "tag 0x" + Integer.toHexString(tag & 0xff) + " where a string must stand",
                    in.offset() - 1);
        }
        string(tag, V8Token.STRING);
    }

    private V8Token regexp(int at) {
        requiredString();
        flags = in.varint32();
        if (!V8RegExp.areFlags(flags)) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_REGEXP,
                    "regular expression with flag bits 0x" + Integer.toHexString(flags),
                    at);
        }
        return V8Token.REGEXP;
    }

    private V8Token reference(int at) {
        id = in.varint32();
        if (id < 0 || id >= nextId || open.isOpenHost(id)) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_REFERENCE,
                    "a reference to object " + Integer.toUnsignedString(id) + " where " + nextId + " are known",
                    at);
        }
        viewed = buffers.get(id);
        viewFollows = viewed != null && in.peekTag() == Tag.VIEW;
        return V8Token.REFERENCE;
    }

    private V8Token buffer(byte tag) {
        bufferKind = switch (tag) {
            case Tag.BUFFER -> V8ArrayBuffer.Kind.FIXED;
            case Tag.IMMUTABLE_BUFFER -> V8ArrayBuffer.Kind.IMMUTABLE;
            default -> V8ArrayBuffer.Kind.RESIZABLE;
        };
        length = in.varint64();
        maxLength = length;
        if (bufferKind == V8ArrayBuffer.Kind.RESIZABLE) {
            maxLength = in.varint64();
            if (maxLength < 0 || maxLength > MAX_SAFE_INTEGER || length < 0 || length > maxLength) {
                throw in.malformed(
                        V8FormatException.Kind.BAD_LENGTH,
                        "a resizable buffer of " + Long.toUnsignedString(length) + " bytes and at most "
                                + Long.toUnsignedString(maxLength),
                        in.offset());
            }
        }
        from = in.claim(length, "a buffer");
        viewed = new BufferShape((int) length, bufferKind);
        buffers.put(id, viewed);
        viewFollows = in.peekTag() == Tag.VIEW;
        return V8Token.BUFFER;
    }

    /** The view on the buffer of the token before. */
    void view(boolean hasFlags) {
        int at = in.offset();
        byte subtag = in.varint8();
        long start = in.varint64();
        length = in.varint64();
        flags = hasFlags ? in.varint32() : 0;
        id = nextId++;
        V8View.Kind kind = V8View.Kind.of(subtag);
        BufferShape buffer = viewed;
        if (kind == null || buffer == null || !V8View.fits(kind, buffer, start, length, flags)) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_VIEW,
                    "a view of type 0x" + Integer.toHexString(subtag & 0xff) + " from " + Long.toUnsignedString(start)
                            + " over "
                            + Long.toUnsignedString(length) + " bytes with flags " + flags
                            + (buffer == null
                                    ? ""
                                    : ", on a " + buffer.kind() + " buffer of " + buffer.length() + " bytes"),
                    at);
        }
        viewKind = kind;
        offset = (int) start;
        token = V8Token.VIEW;
    }

    private V8Token host(int at) {
        id = nextId++;
        number = in.varint32();
        if (number == HOST_WITH_VALUE) {
            open.push(Tag.HOST, id, 0, at);
            return V8Token.START_HOST;
        }
        V8View.Kind kind = V8View.Kind.ofNodeIndex(number);
        if (kind == null || options.nodeViews() == V8Options.NodeViews.REFUSE) {
            throw new V8UnsupportedException(
                    V8UnsupportedException.Reason.HOST_OBJECT,
                    kind == null
                            ? "a host object with the unknown index " + Integer.toUnsignedString(number)
                            : "a view as Node writes it; V8Options.NodeViews.READ reads it",
                    open.path(),
                    at);
        }
        viewKind = kind;
        length = Integer.toUnsignedLong(in.varint32());
        from = in.claim(length, "a view");
        if (length % kind.elementSize() != 0) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_VIEW, "a " + kind.typeName() + " of " + length + " bytes", at);
        }
        return V8Token.NODE_VIEW;
    }

    V8Token key(byte tag, int at) {
        key = true;
        token = switch (tag) {
            case Tag.LATIN1, Tag.UTF16, Tag.UTF8 -> string(tag, V8Token.STRING);
            case Tag.INT32 -> int32();
            case Tag.UINT32 -> uint32();
            case Tag.DOUBLE -> number(V8Token.DOUBLE);
            default -> throw notAKey(tag, at);
        };
        return token;
    }

    private V8FormatException notAKey(byte tag, int at) {
        boolean known = Tag.beginsValue(tag) || Tag.isEnd(tag);
        return in.malformed(
                known ? V8FormatException.Kind.BAD_KEY : V8FormatException.Kind.BAD_TAG,
                "tag 0x" + Integer.toHexString(tag & 0xff) + " where a property key must stand",
                at);
    }

    /** The next field of an error; fields come in any order, each at most once. */
    V8Token errorField(OpenContainers.Frame frame, int at) {
        byte field = in.varint8();
        V8Error.Kind kind = V8Error.Kind.of(field);
        if (kind != null) {
            errorKind = kind;
            token = once(frame, 1, V8Token.ERROR_KIND, at);
            return token;
        }
        token = switch (field) {
            case Tag.ERROR_MESSAGE -> errorText(once(frame, 2, V8Token.ERROR_MESSAGE, at));
            case Tag.ERROR_STACK -> errorText(once(frame, 4, V8Token.ERROR_STACK, at));
            case Tag.ERROR_CAUSE -> {
                frame.keyNext = false;
                frame.expectsCause = true;
                yield once(frame, 8, V8Token.ERROR_CAUSE, at);
            }
            case Tag.ERROR_END -> V8Token.END_ERROR;
            default ->
                throw in.malformed(
                        V8FormatException.Kind.BAD_ERROR,
                        "unknown field 0x" + Integer.toHexString(field & 0xff) + " of an error",
                        at);
        };
        return token;
    }

    private V8Token errorText(V8Token field) {
        int at = in.offset();
        if (in.peekTag() == Tag.REFERENCE) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_REFERENCE,
                    "a reference where a string must stand: strings are never shared",
                    at);
        }
        requiredString();
        return field;
    }

    private V8Token once(OpenContainers.Frame frame, int bit, V8Token field, int at) {
        if ((frame.properties & bit) != 0) {
            throw in.malformed(V8FormatException.Kind.BAD_ERROR, "a repeated field of an error", at);
        }
        frame.properties |= bit;
        return field;
    }

    boolean isKey() {
        return key;
    }

    boolean viewFollows() {
        return viewFollows;
    }

    int id() {
        return id;
    }

    String keyText() {
        return switch (token) {
            case STRING -> string();
            case INT32 -> Integer.toString(number);
            case UINT32 -> Integer.toUnsignedString(number);
            default -> NumberText.of(doubleValue());
        };
    }

    /** What tells keys apart: the index as a Long where the key is one, otherwise its text. */
    Object keyIdentity() {
        long index = keyIndex();
        return index >= 0 ? (Object) index : keyText();
    }

    long keyIndex() {
        return token == V8Token.STRING ? NumberText.index(string()) : NumberText.index(doubleValue());
    }

    int intValue() {
        return number;
    }

    double doubleValue() {
        return switch (token) {
            case INT32 -> number;
            case UINT32 -> Integer.toUnsignedLong(number);
            default -> Double.longBitsToDouble(bits);
        };
    }

    long doubleBits() {
        return token == V8Token.INT32 || token == V8Token.UINT32 ? Double.doubleToRawLongBits(doubleValue()) : bits;
    }

    BigInteger bigInteger() {
        byte[] magnitude = in.copy(from, (int) length);
        for (int i = 0, j = magnitude.length - 1; i < j; i++, j--) {
            byte swap = magnitude[i];
            magnitude[i] = magnitude[j];
            magnitude[j] = swap;
        }
        BigInteger absolute = new BigInteger(1, magnitude);
        return (flags & 1) == 0 ? absolute : absolute.negate();
    }

    String string() {
        return switch (encoding) {
            case LATIN1 -> in.latin1(from, (int) length);
            case UTF16 -> in.utf16(from, (int) length);
            case UTF8 -> in.utf8(from, (int) length);
        };
    }

    V8String.Encoding encoding() {
        return encoding;
    }

    long length() {
        return length;
    }

    long maxLength() {
        return maxLength;
    }

    int contentOffset() {
        return from;
    }

    int viewOffset() {
        return offset;
    }

    int flags() {
        return flags;
    }

    byte[] bytes() {
        return in.copy(from, (int) length);
    }

    V8ArrayBuffer.Kind bufferKind() {
        return bufferKind;
    }

    V8View.Kind viewKind() {
        return viewKind;
    }

    long hostTag() {
        return Integer.toUnsignedLong(number);
    }

    V8Error.Kind errorKind() {
        return errorKind;
    }

    /** What a view must know of its buffer. */
    record BufferShape(int length, V8ArrayBuffer.Kind kind) {}
}
