// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value token by token: exactly the tag asked for, with the counts and lengths that go with it. Whatever it lets through, V8 reads; a
 * call in a wrong place is an {@link IllegalStateException}. Mutable; not safe for use by several threads.
 *
 * <p>Objects take ids in the order in which they are begun, from 0; each method that begins one returns its id, for {@link #reference(int)}.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1 and 2.1"
 */
public final class V8Writer {

    private static final int HOST_WITH_VALUE = -1;

    private final ByteSink out;
    private final Nesting nesting;
    private final WrittenObjects known;
    private Payload.@Nullable BufferShape viewable;

    private V8Writer(ByteSink out, Nesting nesting, WrittenObjects known) {
        this.out = out;
        this.nesting = nesting;
        this.known = known;
    }

    /** {@return a new writer} A writer with the default options. */
    public static V8Writer create() {
        return create(V8Options.DEFAULT);
    }

    /**
     * A writer with options, of which the version and the limits matter here.
     *
     * @param options how to write
     * @return a new writer
     */
    public static V8Writer create(V8Options options) {
        ByteSink out = new ByteSink(options);
        return new V8Writer(out, new Nesting(options, out::path, Nesting.Roots.ONE), new WrittenObjects());
    }

    /** A writer that adds to the output of another, value after value. */
    static V8Writer on(ByteSink out, V8Options options) {
        return on(out, options, new WrittenObjects());
    }

    /** One that takes its ids where others do. */
    static V8Writer on(ByteSink out, V8Options options, WrittenObjects known) {
        return new V8Writer(out, new Nesting(options, out::path, Nesting.Roots.MANY), known);
    }

    /**
     * The value's bytes, header included.
     *
     * @return a new array
     * @throws IllegalStateException if the value is not complete
     */
    public byte[] toByteArray() {
        if (!nesting.isComplete()) {
            throw new IllegalStateException("the value is not complete");
        }
        return out.toByteArray();
    }

    /** Writes {@code undefined}. */
    public void undefined() {
        tag(Tag.UNDEFINED);
    }

    /** Writes {@code null}. */
    public void nullValue() {
        tag(Tag.NULL);
    }

    /**
     * Writes a boolean.
     *
     * @param value the value
     */
    public void bool(boolean value) {
        tag(value ? Tag.TRUE : Tag.FALSE);
    }

    /** Writes an absent element of a dense array. */
    public void hole() {
        viewable = null;
        nesting.hole();
        out.put(Tag.HOLE);
    }

    /**
     * Writes a number as V8 writes a literal: a signed 32-bit integer where that holds it, otherwise a double.
     *
     * @param value the value; a property key if one must stand here
     */
    public void number(double value) {
        viewable = null;
        nesting.begin(value);
        out.number(value);
    }

    /**
     * Writes a signed 32-bit integer.
     *
     * @param value the value; a property key if one must stand here
     */
    public void int32(int value) {
        viewable = null;
        nesting.begin((double) value);
        out.int32(value);
    }

    /**
     * Writes a number with the tag and the bits it has.
     *
     * @param value the number; a property key if one must stand here
     */
    public void number(V8Number value) {
        begin(value);
        switch (value.kind()) {
            case INT32 -> out.int32((int) value.value());
            case UINT32 -> {
                out.put(Tag.UINT32);
                out.varint((long) value.value());
            }
            case FLOAT64 -> {
                out.put(Tag.DOUBLE);
                out.bits(value.bits());
            }
        }
    }

    /**
     * Writes a bigint in as many bytes as it is stored in.
     *
     * @param value the bigint
     */
    public void bigint(V8BigInt value) {
        begin(null);
        out.bigint(Tag.BIGINT, value.value(), value.byteLength());
    }

    /**
     * Writes a string, in one byte a unit where that is possible.
     *
     * @param text the text; a property key if one must stand here
     */
    public void string(String text) {
        viewable = null;
        nesting.begin(text);
        out.string(text);
    }

    /**
     * Writes a string in the encoding it has.
     *
     * @param text the string; a property key if one must stand here
     */
    public void string(V8String text) {
        begin(text);
        out.string(text.text(), text.encoding());
    }

    /**
     * Writes a reference to an object begun before.
     *
     * @param id its id
     */
    public void reference(int id) {
        if (id < 0 || id >= known.nextId) {
            throw new IllegalStateException("object " + id + " has not been begun");
        }
        begin(null);
        viewable = known.buffer(id);
        out.put(Tag.REFERENCE);
        out.varint(id);
    }

    /** {@return its id} Begins a plain object: keys and values in turn. */
    public int startObject() {
        return start(Tag.OBJECT, 0);
    }

    /** Ends a plain object. */
    public void endObject() {
        end(Tag.OBJECT);
    }

    /**
     * Begins a dense array: its elements, then keys and values of other properties in turn.
     *
     * @param length how many elements will follow
     * @return its id
     */
    public int startDense(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length: negative");
        }
        return start(Tag.DENSE, length);
    }

    /** Ends a dense array. */
    public void endDense() {
        end(Tag.DENSE);
    }

    /**
     * Begins a sparse array: keys and values in turn.
     *
     * @param length its length, 0 to 4294967295
     * @return its id
     */
    public int startSparse(long length) {
        if (length >>> 32 != 0) {
            throw new IllegalArgumentException("length: not an array length");
        }
        return start(Tag.SPARSE, length);
    }

    /** Ends a sparse array. */
    public void endSparse() {
        end(Tag.SPARSE);
    }

    /** {@return its id} Begins a Map: keys and values in turn. */
    public int startMap() {
        return start(Tag.MAP, 0);
    }

    /** Ends a Map. */
    public void endMap() {
        end(Tag.MAP);
    }

    /** {@return its id} Begins a Set. */
    public int startSet() {
        return start(Tag.SET, 0);
    }

    /** Ends a Set. */
    public void endSet() {
        end(Tag.SET);
    }

    /**
     * Writes a Date with the bits it has.
     *
     * @param value the Date
     * @return its id
     */
    public int date(V8Date value) {
        tag(Tag.DATE);
        out.bits(value.bits());
        return known.nextId++;
    }

    /**
     * Writes a primitive in an object.
     *
     * @param value the object
     * @return its id
     */
    public int boxed(V8Boxed value) {
        begin(null);
        out.boxed(value.value());
        return known.nextId++;
    }

    /**
     * Writes a regular expression.
     *
     * @param value the regular expression
     * @return its id
     */
    public int regExp(V8RegExp value) {
        tag(Tag.REGEXP);
        out.string(value.sourceString().text(), value.sourceString().encoding());
        out.varint(value.flagBits());
        return known.nextId++;
    }

    /**
     * Writes a buffer. A maximum of 4 GiB or more makes the header's version 16.
     *
     * @param value the buffer
     * @return its id
     */
    public int buffer(V8ArrayBuffer value) {
        begin(null);
        out.buffer(value);
        viewable = new Payload.BufferShape(value.byteLength(), value.kind());
        return known.addBuffer(viewable);
    }

    /**
     * Writes a Uint8Array on a buffer of its own. It takes two ids, the buffer's before its own.
     *
     * @param content the array that holds its bytes; copied
     * @param from where they begin
     * @param length how many they are
     * @return its id
     */
    public int uint8Array(byte[] content, int from, int length) {
        Objects.checkFromIndexSize(from, length, content.length);
        begin(null);
        out.uint8Array(content, from, length);
        known.addBuffer(new Payload.BufferShape(length, V8ArrayBuffer.Kind.FIXED));
        return known.nextId++;
    }

    /**
     * Writes a view on the buffer just written, or on the buffer that the reference just written names: the two are one value.
     *
     * @param value the view, whose buffer is not looked at
     * @return its id
     */
    public int view(V8View value) {
        Payload.BufferShape buffer = viewable;
        if (buffer == null
                || !V8View.fits(value.kind(), buffer, value.byteOffset(), value.storedLength(), value.flags())) {
            throw new IllegalStateException("a view stands behind a buffer that it fits on");
        }
        viewable = null;
        out.put(Tag.VIEW);
        out.put(value.kind().subtag());
        out.varint(value.byteOffset());
        out.varint(value.storedLength());
        out.varint(Integer.toUnsignedLong(value.flags()));
        return known.nextId++;
    }

    /**
     * Begins an error; the fields that it has follow in the order message, stack, cause.
     *
     * @param kind its class
     * @return its id
     */
    public int startError(V8Error.Kind kind) {
        int id = start(Tag.ERROR, 0);
        if (kind != V8Error.Kind.ERROR) {
            out.put(kind.subtag());
        }
        return id;
    }

    /**
     * Writes the message of an error.
     *
     * @param text the message
     */
    public void errorMessage(V8String text) {
        errorField(Tag.ERROR_MESSAGE, 1);
        out.string(text.text(), text.encoding());
    }

    /**
     * Writes the stack of an error.
     *
     * @param text the stack
     */
    public void errorStack(V8String text) {
        errorField(Tag.ERROR_STACK, 2);
        out.string(text.text(), text.encoding());
    }

    /** Announces the cause of an error: the next value. */
    public void errorCause() {
        errorField(Tag.ERROR_CAUSE, Nesting.CAUSE);
    }

    /** Ends an error. */
    public void endError() {
        close(Tag.ERROR);
        out.put(Tag.ERROR_END);
    }

    /** {@return its id} Begins a host object; one value follows. */
    public int startHost() {
        int id = start(Tag.HOST, 0);
        out.varint(Integer.toUnsignedLong(HOST_WITH_VALUE));
        return id;
    }

    /** Ends a host object. */
    public void endHost() {
        close(Tag.HOST);
    }

    /**
     * Copies a view that Node wrote.
     *
     * @param value the view as it was read
     * @return its id
     */
    public int nodeView(V8Host value) {
        if (value.value() != null) {
            throw new IllegalArgumentException("value: not a view of Node's");
        }
        tag(Tag.HOST);
        byte[] content = value.bytes();
        out.varint(value.tag());
        out.varint(content.length);
        out.put(content);
        return known.nextId++;
    }

    int takeId() {
        return known.nextId++;
    }

    void startDepthAt(int depth) {
        nesting.startAt(depth);
    }

    private void tag(byte tag) {
        begin(null);
        out.put(tag);
    }

    private int start(byte kind, long length) {
        begin(null);
        nesting.open(kind, known.nextId, length);
        out.put(kind);
        if (kind == Tag.DENSE || kind == Tag.SPARSE) {
            out.varint(length);
        }
        return known.nextId++;
    }

    private void end(byte kind) {
        OpenContainers.Frame frame = close(kind);
        out.put(frame.endTag());
        out.varint(frame.properties);
        if (frame.isArray()) {
            out.varint(frame.length);
        }
    }

    private OpenContainers.Frame close(byte kind) {
        viewable = null;
        return nesting.close(kind);
    }

    private void errorField(byte field, int rank) {
        viewable = null;
        nesting.errorField(rank);
        out.put(field);
    }

    private void begin(@Nullable V8Key keyOrNull) {
        viewable = null;
        nesting.begin(keyOrNull);
    }
}
