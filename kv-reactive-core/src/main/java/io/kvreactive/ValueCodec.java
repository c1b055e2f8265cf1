// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Exception;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Between Java values and stored ones, {@code docs/spec/keys-and-values.md} section 2. */
final class ValueCodec {

    private ValueCodec() {}

    static KvValue encode(@Nullable Object value) {
        if (value instanceof KvValue stored) {
            return checked(stored);
        }
        if (value instanceof KvU64 counter) {
            return KvValue.of(counter);
        }
        if (value instanceof byte[] bytes) {
            return KvValue.copyOf(KvValue.BYTES, bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return KvValue.wrap(KvValue.BYTES, bytes);
        }
        return KvValue.wrap(KvValue.V8, encodeV8("the value", value));
    }

    /** Messages are always of V8's format; a stored value of that format is taken as it is. */
    static byte[] encodeMessage(@Nullable Object message) {
        if (message instanceof KvValue stored) {
            if (stored.encoding() != KvValue.V8) {
                throw new KvEncodeException(
                        "the message cannot be stored: " + stored + ", but messages are of the encoding V8 (1)", null);
            }
            return stored.unsafeArray();
        }
        return encodeV8("the message", message);
    }

    private static byte[] encodeV8(String what, @Nullable Object value) {
        try {
            return V8.encode(value);
        } catch (V8Exception e) {
            throw new KvEncodeException(what + " cannot be stored: " + e.getMessage(), e);
        }
    }

    /** Foreign readers abort on a malformed counter, and on encodings that they do not know. */
    private static KvValue checked(KvValue stored) {
        if (stored.encoding() < KvValue.V8 || stored.encoding() > KvValue.BYTES) {
            throw new KvEncodeException(
                    "the value cannot be stored: " + stored + " is of no known encoding (1 V8, 2 LE64, 3 BYTES)", null);
        }
        if (stored.encoding() == KvValue.LE64 && stored.toU64() == null) {
            throw new KvEncodeException(
                    "the value cannot be stored: " + stored + ", but a counter has eight bytes", null);
        }
        return stored;
    }

    /** The Java value; throws {@link KvDecodeException}. */
    static @Nullable Object decode(byte[] rawKey, KvValue stored) {
        switch (stored.encoding()) {
            case KvValue.V8 -> {
                try {
                    return V8.decode(stored.unsafeArray());
                } catch (V8Exception e) {
                    throw undecodable(rawKey, e.getMessage(), e);
                }
            }
            case KvValue.LE64 -> {
                KvU64 counter = stored.toU64();
                if (counter == null) {
                    throw undecodable(rawKey, "a counter has eight bytes, this one has " + stored.size(), null);
                }
                return counter;
            }
            case KvValue.BYTES -> {
                return stored.toByteArray();
            }
            default ->
                throw undecodable(
                        rawKey, "the encoding " + stored.encoding() + " is unknown (1 V8, 2 LE64, 3 BYTES)", null);
        }
    }

    static KvDecodeException undecodable(byte[] rawKey, @Nullable String why, @Nullable Throwable cause) {
        return new KvDecodeException(
                "the entry under " + KvKey.shape(rawKey) + " cannot be read: " + why
                        + "; its stored bytes can be had by listing with OnDecodeError.KEEP",
                rawKey,
                cause);
    }
}
