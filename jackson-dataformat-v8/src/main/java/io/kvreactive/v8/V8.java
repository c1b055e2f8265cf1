// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes what JavaScript engines serialize with V8's structured clone: the values of Deno KV, of Node's {@code v8.serialize}, of Chrome's
 * IndexedDB. Two ways lead in and out: plain Java ({@link #encode(Object)}, {@link #decode(byte[])}), which refuses what it cannot carry without
 * loss, and the {@linkplain V8Value value model}, which carries everything.
 *
 * <p>Plain Java: null, {@code Boolean}, {@code Integer}, {@code Long}, {@code Double}, {@code BigInteger}, {@code String}, {@code List},
 * {@code Map}, {@code Set}, {@code byte[]}, {@code Instant}; written are, beside these, arrays, other numbers, enums, {@code java.time},
 * {@code Optional}, {@code UUID} and their like, and any {@link V8Value} in between. Shared references stay shared.
 *
 * <p>All methods are safe for use by several threads, as long as nobody changes their arguments meanwhile. Nothing recurses, and nothing is
 * allocated by what the bytes merely claim.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 2.1 and 2.3"
 */
public final class V8 {

    private V8() {}

    /**
     * Writes plain Java, or model values, or both mixed.
     *
     * @param value the value
     * @return the bytes, header included
     * @throws V8LossyConversionException if something would be lost
     * @throws V8UnsupportedException if a class has no counterpart, or a limit is exceeded
     */
    public static byte[] encode(@Nullable Object value) {
        return encode(value, V8Options.DEFAULT);
    }

    /**
     * Writes plain Java, or model values, or both mixed.
     *
     * @param value the value
     * @param options how to write
     * @return the bytes, header included
     * @throws V8LossyConversionException if something would be lost
     * @throws V8UnsupportedException if a class has no counterpart, or a limit is exceeded
     */
    public static byte[] encode(@Nullable Object value, V8Options options) {
        return GraphWriter.write(value, options);
    }

    /**
     * Reads into plain Java. Collections that come out may be changed.
     *
     * @param bytes the bytes, header included
     * @return the value
     * @throws V8FormatException if the bytes are malformed
     * @throws V8LossyConversionException if plain Java cannot carry the value; {@link #decodeModel(byte[])} can
     * @throws V8UnsupportedException if the bytes refer to things outside of them, hold a host object, or exceed a limit
     */
    public static @Nullable Object decode(byte[] bytes) {
        return decode(bytes, V8Options.DEFAULT);
    }

    /**
     * Reads into plain Java. Collections that come out may be changed.
     *
     * @param bytes the bytes, header included
     * @param options how to read
     * @return the value
     * @throws V8FormatException if the bytes are malformed
     * @throws V8LossyConversionException if plain Java cannot carry the value; {@link #decodeModel(byte[])} can
     * @throws V8UnsupportedException if the bytes refer to things outside of them, hold a host object, or exceed a limit
     */
    public static @Nullable Object decode(byte[] bytes, V8Options options) {
        return decode(V8Reader.of(bytes, options));
    }

    /**
     * Reads what remains in a buffer into plain Java. The buffer's position is left alone.
     *
     * @param bytes the bytes, header included
     * @param options how to read
     * @return the value
     * @throws V8FormatException if the bytes are malformed
     * @throws V8LossyConversionException if plain Java cannot carry the value; {@link #decodeModel(byte[])} can
     * @throws V8UnsupportedException if the bytes refer to things outside of them, hold a host object, or exceed a limit
     */
    public static @Nullable Object decode(ByteBuffer bytes, V8Options options) {
        return decode(V8Reader.of(bytes, options));
    }

    /**
     * Writes a model value. What {@link #decodeModel(byte[])} read from V8's bytes comes out as the same bytes, if the version is the same.
     *
     * @param value the value
     * @return the bytes, header included
     * @throws V8UnsupportedException if a limit is exceeded
     * @throws V8LossyConversionException if an object has a key twice, or an array an element beyond its length
     */
    public static byte[] encodeModel(V8Value value) {
        return encodeModel(value, V8Options.DEFAULT);
    }

    /**
     * Writes a model value. What {@link #decodeModel(byte[])} read from V8's bytes comes out as the same bytes, if the version is the same.
     *
     * @param value the value
     * @param options how to write
     * @return the bytes, header included
     * @throws V8UnsupportedException if a limit is exceeded
     * @throws V8LossyConversionException if an object has a key twice, or an array an element beyond its length
     */
    public static byte[] encodeModel(V8Value value, V8Options options) {
        V8Writer writer = V8Writer.create(options);
        new ModelWriter(writer, new IdentityIds()).write(value);
        return writer.toByteArray();
    }

    /**
     * Reads into the value model, which carries everything that the bytes say.
     *
     * @param bytes the bytes, header included
     * @return the value
     * @throws V8FormatException if the bytes are malformed
     * @throws V8UnsupportedException if the bytes refer to things outside of them, or exceed a limit
     */
    public static V8Value decodeModel(byte[] bytes) {
        return decodeModel(bytes, V8Options.DEFAULT);
    }

    /**
     * Reads into the value model, which carries everything that the bytes say.
     *
     * @param bytes the bytes, header included
     * @param options how to read
     * @return the value
     * @throws V8FormatException if the bytes are malformed
     * @throws V8UnsupportedException if the bytes refer to things outside of them, or exceed a limit
     */
    public static V8Value decodeModel(byte[] bytes, V8Options options) {
        V8Reader reader = V8Reader.of(bytes, options);
        V8Value value = new ModelReader(reader, new ObjectTable()).read();
        reader.next();
        return value;
    }

    private static @Nullable Object decode(V8Reader reader) {
        try {
            Object value = new NaturalReader(reader).read();
            // The end, which tells whether more bytes follow.
            reader.next();
            return value;
        } catch (V8LossyConversionException | V8UnsupportedException e) {
            // If the rest is damaged, that is the news.
            reader.restart().skipToEnd();
            throw e;
        }
    }
}
