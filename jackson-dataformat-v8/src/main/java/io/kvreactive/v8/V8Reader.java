// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Reads a value token by token, keeping every distinction that the bytes make and checking everything that the format demands. One value, one
 * pass, no recursion; not safe for use by several threads. The accessors speak of the token that {@link #next()} gave last and must suit it.
 *
 * <p>Everything is checked before it is allocated: a claim of a length beyond the input is refused, and nothing is sized by the length of a
 * sparse array or the maximum of a buffer.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1 and 2.1"
 */
public final class V8Reader {

    private static final int OLDEST = 13;
    private static final int NEWEST = 16;

    private final ByteSource in;
    private final V8Options options;
    private final OpenContainers open;
    private final Payload payload;
    private final int version;
    private boolean viewFlags;
    private boolean rootRead;
    private V8Token token = V8Token.END;
    private int tagOffset;

    private V8Reader(ByteSource in, V8Options options) {
        this.options = options;
        this.in = in;
        this.open = new OpenContainers(in, options);
        this.payload = new Payload(in, open, options);
        if (in.remaining() > options.maxBytes()) {
            throw new V8UnsupportedException(
                    V8UnsupportedException.Reason.TOO_LARGE,
                    in.remaining() + " bytes, more than the " + options.maxBytes() + " that V8Options.maxBytes allows",
                    "$",
                    0);
        }
        this.version = readHeader();
        this.viewFlags = version > OLDEST;
    }

    /**
     * A reader with the default options.
     *
     * @param bytes the whole value, header included; not copied
     * @return a new reader
     * @throws V8FormatException if there is no header
     * @throws V8UnsupportedException if the version is not one of 13 to 16
     */
    public static V8Reader of(byte[] bytes) {
        return of(bytes, V8Options.DEFAULT);
    }

    /**
     * A reader with options.
     *
     * @param bytes the whole value, header included; not copied
     * @param options how to read
     * @return a new reader
     * @throws V8FormatException if there is no header
     * @throws V8UnsupportedException if the version is not one of 13 to 16
     */
    public static V8Reader of(byte[] bytes, V8Options options) {
        return of(bytes, 0, bytes.length, options);
    }

    /**
     * A reader of a part of an array. Offsets are counted from the start of the part.
     *
     * @param bytes the array; not copied
     * @param offset where the value begins
     * @param length how many bytes it has
     * @param options how to read
     * @return a new reader
     * @throws V8FormatException if there is no header
     * @throws V8UnsupportedException if the version is not one of 13 to 16
     */
    public static V8Reader of(byte[] bytes, int offset, int length, V8Options options) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        Objects.requireNonNull(options, "options");
        boolean strict = options.strictness() == V8Options.Strictness.STRICT;
        V8Reader reader = new V8Reader(new ByteSource(bytes, offset, offset + length, strict), options);
        if (reader.version == OLDEST && reader.in.contains(Tag.VIEW)) {
            reader.viewFlags = !canBeRead(reader.restart());
        }
        return reader;
    }

    /**
     * A reader of what remains in a buffer. The buffer's position is left alone.
     *
     * @param bytes the buffer; copied unless it shows its array
     * @param options how to read
     * @return a new reader
     * @throws V8FormatException if there is no header
     * @throws V8UnsupportedException if the version is not one of 13 to 16
     */
    public static V8Reader of(ByteBuffer bytes, V8Options options) {
        if (bytes.hasArray()) {
            return of(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), options);
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return of(copy, options);
    }

    /**
     * Leaves it to the caller to refuse repeated keys of plain objects, as one does who fills a map with them. To be called before
     * {@link #next()}.
     *
     * @return this reader
     */
    public V8Reader callerChecksObjectKeys() {
        open.callerChecksObjectKeys();
        return this;
    }

    /** {@return 13 to 16} The version that the header names. */
    public int version() {
        return version;
    }

    /**
     * Reads the next token.
     *
     * @return the token; {@link V8Token#END} after the value, again and again
     * @throws V8FormatException if the bytes are malformed
     * @throws V8UnsupportedException if they refer to things outside of them
     */
    public V8Token next() {
        boolean view = payload.viewFollows();
        payload.reset();
        if (view) {
            in.peekTag();
            tagOffset = in.offset();
            in.next();
            payload.view(viewFlags);
            token = V8Token.VIEW;
            return token;
        }
        OpenContainers.Frame frame = open.top();
        token = frame == null ? rootOrEnd() : inside(frame);
        return token;
    }

    /** {@return the token; {@link V8Token#END} before the first} The token that {@link #next()} gave last. */
    public V8Token token() {
        return token;
    }

    /** {@return the offset in bytes from the start of the input} Where the token's tag stands. */
    public int offset() {
        return tagOffset;
    }

    /** {@return the number of levels} How many containers are open. */
    public int depth() {
        return open.depth();
    }

    /** {@return the path, as {@link V8Exception#path()} writes it} Where in the value the reader stands. */
    public String path() {
        return open.path();
    }

    /** {@return true for property keys} Whether the token is the key of a property of an object or array. Keys of Maps are values. */
    public boolean isKey() {
        return payload.isKey();
    }

    /**
     * The key's text as JavaScript sees it: the number keys 1 and 1.0 and the string key "1" are one.
     *
     * @return the text of a property key
     */
    public String keyText() {
        return payload.keyText();
    }

    /**
     * The array index that a property key stands for.
     *
     * @return the index, 0 to 4294967294; -1 for any other key
     */
    public long keyIndex() {
        return payload.keyIndex();
    }

    /**
     * The id of the object that begins here or stands here, or the id that a reference names.
     *
     * @return the id, counted from 0; -1 for what has none
     */
    public int id() {
        return payload.id();
    }

    /** {@return the number} The value of {@link V8Token#INT32}. */
    public int intValue() {
        return payload.intValue();
    }

    /** {@return the number} The value of any number, Number object or Date. */
    public double doubleValue() {
        return payload.doubleValue();
    }

    /**
     * The bits of a number stored as a double, of a Number object or a Date; other numbers as the double of equal value.
     *
     * @return the bits as {@link Double#longBitsToDouble(long)} takes them
     */
    public long doubleBits() {
        return payload.doubleBits();
    }

    /** {@return the integer} The value of a bigint. */
    public BigInteger bigInteger() {
        return payload.bigInteger();
    }

    /**
     * The text of a string, String object, message or stack, or the source of a regular expression. Unpaired surrogates are kept.
     *
     * @return the text
     */
    public String string() {
        return payload.string();
    }

    /** {@return the encoding} How {@link #string()} is stored. */
    public V8String.Encoding encoding() {
        return payload.encoding();
    }

    /** {@return the length} The elements of an array, the digit bytes of a bigint, the bytes of a string, buffer or view. */
    public long length() {
        return payload.length();
    }

    /**
     * Where the content of a double, a bigint, a string, a buffer or a Node view begins: its bytes, after tag and length.
     *
     * @return the offset in bytes from the start of the input
     */
    public int contentOffset() {
        return payload.contentOffset();
    }

    /** {@return the offset in bytes} The offset of a view in its buffer. */
    public int viewOffset() {
        return payload.viewOffset();
    }

    /** {@return the bits} The flag bits of a regular expression or a view, as stored; of a bigint 1 if it is negative, the rest its length. */
    public int flags() {
        return payload.flags();
    }

    /**
     * The bytes of a buffer or of a Node view.
     *
     * @return a new array
     */
    public byte[] bytes() {
        return payload.bytes();
    }

    /** {@return the kind} What a buffer allows. */
    public V8ArrayBuffer.Kind bufferKind() {
        return payload.bufferKind();
    }

    /**
     * The size that a resizable buffer may grow to. Nothing is ever allocated by it.
     *
     * @return the size in bytes; for other buffers their length
     */
    public long maxLength() {
        return payload.maxLength();
    }

    /**
     * Whether the token, a buffer or a reference to one, is only the first part of a value whose second part is {@link V8Token#VIEW}.
     *
     * @return true if a view follows
     */
    public boolean viewFollows() {
        return payload.viewFollows();
    }

    /** {@return the kind} What a view's elements are. */
    public V8View.Kind viewKind() {
        return payload.viewKind();
    }

    /** {@return the tag} The tag of a host object: the type index for a Node view, 4294967295 otherwise. */
    public long hostTag() {
        return payload.hostTag();
    }

    /** {@return the kind} The kind of an error. */
    public V8Error.Kind errorKind() {
        return payload.errorKind();
    }

    /** How the value is read. */
    V8Options options() {
        return options;
    }

    /** A reader of the same value from its beginning. */
    V8Reader restart() {
        V8Reader again = new V8Reader(in.fork(), options);
        again.viewFlags = viewFlags;
        return again;
    }

    /** Reads to the end, only to see whether the bytes are in order. */
    void skipToEnd() {
        V8Token skipped;
        do {
            skipped = next();
        } while (skipped != V8Token.END);
    }

    /** What tells property keys apart: an index as a Long, otherwise the text. */
    Object keyIdentity() {
        return payload.keyIdentity();
    }

    /** An error about the object that the token is. */
    V8FormatException malformed(V8FormatException.Kind kind, String detail) {
        return in.malformed(kind, detail, tagOffset);
    }

    private int readHeader() {
        if (in.remaining() == 0 || in.next() != Tag.VERSION) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_VERSION, "no version header: this is not what V8 serialized", 0);
        }
        int found;
        try {
            found = in.varint32();
        } catch (V8FormatException e) {
            throw in.malformed(V8FormatException.Kind.BAD_VERSION, "the version header is unfinished or overlong", 1);
        }
        if (found < OLDEST || found > NEWEST) {
            throw new V8UnsupportedException(
                    V8UnsupportedException.Reason.VERSION,
                    "version " + Integer.toUnsignedString(found) + "; versions 13 to 16 can be read",
                    "$",
                    1);
        }
        return found;
    }

    /** Some writers of version 13 already wrote the flags of views; as V8 does, they are believed if the bytes make no sense without. */
    private static boolean canBeRead(V8Reader withoutFlags) {
        try {
            withoutFlags.skipToEnd();
            return true;
        } catch (V8Exception e) {
            return false;
        }
    }

    private V8Token rootOrEnd() {
        if (!rootRead) {
            rootRead = true;
            return value();
        }
        tagOffset = in.offset();
        if (in.remaining() > 0 && options.trailing() == V8Options.Trailing.FAIL) {
            throw in.malformed(
                    V8FormatException.Kind.TRAILING_BYTES,
                    in.remaining() + " bytes follow the value; V8Options.Trailing.IGNORE accepts them",
                    tagOffset);
        }
        return V8Token.END;
    }

    private V8Token inside(OpenContainers.Frame frame) {
        return switch (frame.kind) {
            case Tag.DENSE -> frame.items < frame.length ? element(frame) : property(frame);
            case Tag.OBJECT, Tag.SPARSE -> property(frame);
            case Tag.MAP, Tag.SET -> member(frame);
            case Tag.ERROR -> errorField(frame);
            default -> hostContent(frame);
        };
    }

    private V8Token element(OpenContainers.Frame frame) {
        int tag = in.peekTag();
        if (tag == Tag.HOLE) {
            tagOffset = in.offset();
            in.next();
            frame.hole();
            return V8Token.HOLE;
        }
        if (tag == Tag.END_DENSE) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_COUNT,
                    "an array of " + frame.length + " elements ends after " + frame.items,
                    in.offset());
        }
        frame.items++;
        return value();
    }

    private V8Token property(OpenContainers.Frame frame) {
        if (!frame.keyNext) {
            frame.keyNext = true;
            return value();
        }
        int tag = in.peekTag();
        if (tag == frame.endTag()) {
            return end(frame);
        }
        frame.keyNext = false;
        frame.properties++;
        frame.insideKey = true;
        byte keyTag = in.valueTag();
        tagOffset = in.offset() - 1;
        V8Token key = payload.key(keyTag, tagOffset);
        frame.insideKey = false;
        open.checkKey(frame, payload, tagOffset);
        return key;
    }

    private V8Token member(OpenContainers.Frame frame) {
        boolean whole = frame.kind == Tag.SET || frame.properties % 2 == 0;
        if (whole && in.peekTag() == frame.endTag()) {
            return end(frame);
        }
        frame.properties++;
        return value();
    }

    private V8Token errorField(OpenContainers.Frame frame) {
        if (!frame.keyNext) {
            frame.keyNext = true;
            return value();
        }
        frame.expectsCause = false;
        tagOffset = in.offset();
        V8Token field = payload.errorField(frame, tagOffset);
        if (field == V8Token.END_ERROR) {
            open.pop();
        }
        return field;
    }

    private V8Token hostContent(OpenContainers.Frame frame) {
        if (frame.properties == 0) {
            frame.properties++;
            return value();
        }
        tagOffset = in.offset();
        open.pop();
        return V8Token.END_HOST;
    }

    private V8Token value() {
        byte tag = in.valueTag();
        tagOffset = in.offset() - 1;
        return payload.value(tag, tagOffset);
    }

    private V8Token end(OpenContainers.Frame frame) {
        tagOffset = in.offset();
        in.next();
        open.checkCounts(frame, in.varint32(), tagOffset);
        if (frame.isArray()) {
            open.checkLength(frame, in.varint32(), tagOffset);
        }
        open.pop();
        return switch (frame.kind) {
            case Tag.OBJECT -> V8Token.END_OBJECT;
            case Tag.DENSE -> V8Token.END_DENSE;
            case Tag.SPARSE -> V8Token.END_SPARSE;
            case Tag.MAP -> V8Token.END_MAP;
            default -> V8Token.END_SET;
        };
    }
}
