// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the tokens of one value as {@link V8Writer} does, but does not look whether they may stand where they do: for callers that have looked
 * already, as the generator of a data format has. Whoever calls in a wrong order, repeats a key or tells a wrong count gets bytes that V8 refuses.
 * Mutable; not safe for use by several threads.
 *
 * <p>Objects take ids in the order in which they are begun, from 0; each method that begins one returns its id, for {@link #reference(int)}.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1 and 2.1"
 */
public final class V8UncheckedWriter {

    private static final int[] NONE = {};

    private final ByteSink out;
    private final V8Options options;
    private final WrittenObjects known = new WrittenObjects();
    private @Nullable PlainValues plain;
    /** Where the lengths of open arrays stand that are told at their end. */
    private int[] unsettled = NONE;

    private int unsettledCount;

    private V8UncheckedWriter(ByteSink out, V8Options options) {
        this.out = out;
        this.options = options;
    }

    /**
     * A writer with options, of which the version and the limits matter here, and in {@link #value(Object, int)} all.
     *
     * @param options how to write
     * @param buffer an array of at least 16 bytes to begin in, which is this writer's until its end
     * @return a new writer
     */
    public static V8UncheckedWriter create(V8Options options, byte[] buffer) {
        return new V8UncheckedWriter(new ByteSink(options, buffer), options);
    }

    /**
     * Copies the value's bytes, header included, to a stream.
     *
     * @param target the stream; not flushed
     * @throws IOException if the stream throws it
     * @throws V8UnsupportedException if the value is longer than {@link V8Options#maxBytes()}
     */
    public void writeTo(OutputStream target) throws IOException {
        out.writeTo(target);
    }

    /**
     * The array that holds the bytes now: the one given at the beginning, or a larger one. Given back to be used again after the last call here.
     *
     * @return the array itself
     */
    public byte[] buffer() {
        return out.array();
    }

    /** Writes {@code null}. */
    public void nullValue() {
        out.put(Tag.NULL);
    }

    /**
     * Writes a boolean.
     *
     * @param value the value
     */
    public void bool(boolean value) {
        out.put(value ? Tag.TRUE : Tag.FALSE);
    }

    /**
     * Writes a signed 32-bit integer.
     *
     * @param value the value
     */
    public void int32(int value) {
        out.int32(value);
    }

    /**
     * Writes a number as V8 writes a literal: a signed 32-bit integer where that holds it, otherwise a double.
     *
     * @param value the value
     */
    public void number(double value) {
        out.number(value);
    }

    /**
     * Writes a bigint as V8 does, in a multiple of eight bytes.
     *
     * @param value the value
     */
    public void bigint(BigInteger value) {
        out.bigint(Tag.BIGINT, value, ByteSink.bigintLength(value));
    }

    /**
     * Writes a string, in one byte a unit where that is possible.
     *
     * @param text the text, of a key too
     */
    public void string(String text) {
        out.string(text);
    }

    /**
     * Writes a string in one byte a unit.
     *
     * @param units its units, all of them below 256; copied
     */
    public void latin1(byte[] units) {
        out.latin1(units);
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
        out.uint8Array(content, from, length);
        known.addBuffer(new Payload.BufferShape(length, V8ArrayBuffer.Kind.FIXED));
        return known.nextId++;
    }

    /**
     * Writes a reference to an object begun before.
     *
     * @param id its id
     */
    public void reference(int id) {
        out.put(Tag.REFERENCE, id);
    }

    /** {@return its id} Begins a plain object: keys and values in turn. */
    public int startObject() {
        return start(Tag.OBJECT);
    }

    /**
     * Ends a plain object.
     *
     * @param properties how many it has
     */
    public void endObject(int properties) {
        out.put(Tag.END_OBJECT, properties);
    }

    /** {@return its id} Begins a Map: keys and values in turn. */
    public int startMap() {
        return start(Tag.MAP);
    }

    /**
     * Ends a Map.
     *
     * @param entries how many it has
     */
    public void endMap(int entries) {
        out.put(Tag.END_MAP, 2L * entries);
    }

    /** {@return its id} Begins a Set. */
    public int startSet() {
        return start(Tag.SET);
    }

    /**
     * Ends a Set.
     *
     * @param members how many it has
     */
    public void endSet(int members) {
        out.put(Tag.END_SET, members);
    }

    /**
     * Begins a dense array of a known length.
     *
     * @param length how many elements will follow
     * @return its id
     */
    public int startDense(int length) {
        out.put(Tag.DENSE, length);
        return known.nextId++;
    }

    /** {@return its id} Begins a dense array whose length is told at its end, by {@link #settleDense(int)}. */
    public int startDense() {
        int id = start(Tag.DENSE);
        if (unsettledCount == unsettled.length) {
            unsettled = Arrays.copyOf(unsettled, Math.max(8, unsettledCount * 2));
        }
        unsettled[unsettledCount++] = out.reserveLength();
        return id;
    }

    /**
     * Ends a dense array whose length was known at its start.
     *
     * @param length the same as there
     */
    public void endDense(int length) {
        out.put(Tag.END_DENSE);
        out.put((byte) 0);
        out.varint(length);
    }

    /**
     * Ends a dense array whose length was not known at its start.
     *
     * @param length how many elements it has
     */
    public void settleDense(int length) {
        out.fillLength(unsettled[--unsettledCount], length);
        endDense(length);
    }

    /**
     * Writes plain Java, or a model value, or both mixed, as {@link V8#encode(Object, V8Options)} does. Model values are referred to if this
     * method has written them before; plain Java is written anew.
     *
     * @param value the value; never a property key
     * @param depth how many containers are open
     * @throws V8LossyConversionException if something would be lost
     * @throws V8UnsupportedException if a class has no counterpart, or a limit is exceeded
     */
    public void value(@Nullable Object value, int depth) {
        PlainValues values = plain;
        if (values == null) {
            values = new PlainValues(out, options, V8Writer.on(out, options, known));
            plain = values;
        }
        values.write(value, depth);
    }

    private int start(byte tag) {
        out.put(tag);
        return known.nextId++;
    }
}
