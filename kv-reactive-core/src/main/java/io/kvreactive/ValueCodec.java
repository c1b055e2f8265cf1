// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8UnsupportedException;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.jackson.V8Mapper;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * Between Java values and stored ones, {@code docs/spec/keys-and-values.md} section 2. Ordinary values take the short way through the codec,
 * classes of the user's the one through Jackson.
 */
final class ValueCodec {

    /** Of messages. */
    private static final byte[] NO_KEY = {};

    private final V8Mapper mapper;
    private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

    ValueCodec(V8Mapper mapper) {
        this.mapper = mapper;
    }

    KvValue encode(@Nullable Object value) {
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
    byte[] encodeMessage(@Nullable Object message) {
        if (message instanceof KvValue stored) {
            if (stored.encoding() != KvValue.V8) {
                throw new KvEncodeException(
                        "the message cannot be stored: " + stored + ", but messages are of the encoding V8 (1)", null);
            }
            return stored.unsafeArray();
        }
        return encodeV8("the message", message);
    }

    private byte[] encodeV8(String what, @Nullable Object value) {
        if (value != null && value.getClass() == Object.class) {
            throw new KvEncodeException(
                    what + " cannot be stored: it is a bare java.lang.Object, which holds nothing", null);
        }
        try {
            if (isOrdinary(value)) {
                try {
                    return V8.encode(value);
                } catch (V8UnsupportedException e) {
                    if (e.reason() != V8UnsupportedException.Reason.JAVA_TYPE) {
                        throw e;
                    }
                    // A class of the user's somewhere inside.
                }
            }
            return mapper.writeValueAsBytes(value);
        } catch (V8Exception e) {
            throw new KvEncodeException(what + " cannot be stored: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw e.getCause() instanceof V8Exception reason
                    ? new KvEncodeException(what + " cannot be stored: " + reason.getMessage(), reason)
                    : new KvEncodeException(what + " cannot be stored: Jackson cannot write it, " + misfit(e), null);
        }
    }

    /** Whether the root is of a type that the codec knows by itself. */
    private static boolean isOrdinary(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Map
                || value instanceof Collection
                || value instanceof V8Value
                || value.getClass().isArray();
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

    /** The value as the type wants it; throws {@link KvDecodeException}. */
    @SuppressWarnings("unchecked")
    <T> @Nullable T decode(byte[] rawKey, KvValue stored, KvType<T> type) {
        if (type.equals(KvType.STORED)) {
            return (T) stored;
        }
        return (T)
                switch (stored.encoding()) {
                    case KvValue.V8 -> decodeV8(rawKey, stored, type);
                    case KvValue.LE64 -> decodeCounter(rawKey, stored, type);
                    case KvValue.BYTES -> decodeBytes(rawKey, stored, type);
                    default ->
                        throw undecodable(
                                rawKey,
                                "the encoding " + stored.encoding() + " is unknown (1 V8, 2 LE64, 3 BYTES)",
                                null);
                };
    }

    private @Nullable Object decodeV8(byte[] rawKey, KvValue stored, KvType<?> type) {
        try {
            return type.equals(KvType.NATURAL)
                    ? V8.decode(stored.unsafeArray())
                    : readers.computeIfAbsent(type.type(), t -> mapper.readerFor(mapper.constructType(t)))
                            .readValue(stored.unsafeArray());
        } catch (V8Exception e) {
            throw undecodable(rawKey, e.getMessage(), e);
        } catch (JacksonException e) {
            throw e.getCause() instanceof V8Exception reason
                    ? undecodable(rawKey, reason.getMessage(), reason)
                    : undecodable(rawKey, "it does not fit " + type + ": " + misfit(e), null);
        }
    }

    /** The message as the type wants it; throws {@link KvDecodeException}. */
    <T> @Nullable T decodeMessage(String id, byte[] payload, KvType<T> type) {
        try {
            return decode(NO_KEY, KvValue.wrap(KvValue.V8, payload), type);
        } catch (KvDecodeException e) {
            throw new KvDecodeException("the message " + id + " cannot be read: " + e.reason(), NO_KEY, e.getCause());
        }
    }

    private static Object decodeCounter(byte[] rawKey, KvValue stored, KvType<?> type) {
        KvU64 counter = stored.toU64();
        if (counter == null) {
            throw undecodable(rawKey, "a counter has eight bytes, this one has " + stored.size(), null);
        }
        Type wanted = type.type();
        if (wanted == KvU64.class || wanted == Object.class) {
            return counter;
        }
        if (wanted == BigInteger.class) {
            return counter.toBigInteger();
        }
        if ((wanted == Long.class || wanted == long.class) && counter.unsignedLongValue() >= 0) {
            return counter.unsignedLongValue();
        }
        throw undecodable(rawKey, "it is a KvU64, which does not fit " + type, null);
    }

    private static Object decodeBytes(byte[] rawKey, KvValue stored, KvType<?> type) {
        Type wanted = type.type();
        if (wanted == byte[].class || wanted == Object.class) {
            return stored.toByteArray();
        }
        if (wanted == ByteBuffer.class) {
            return ByteBuffer.wrap(stored.toByteArray());
        }
        throw undecodable(rawKey, "it is bytes, which do not fit " + type, null);
    }

    /**
     * Where Jackson failed and what it wanted there. Its own messages quote the data, which ours never do; so they are not passed on as causes
     * either.
     */
    private static String misfit(JacksonException e) {
        StringBuilder text = new StringBuilder();
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            text.append("a ").append(mismatch.getTargetType().getTypeName()).append(" is wanted ");
        }
        String path = e.getPathReference();
        return text.append(path.isEmpty() ? "at its root" : "at " + path).toString();
    }

    static KvDecodeException undecodable(byte[] rawKey, @Nullable String why, @Nullable Throwable cause) {
        return new KvDecodeException(
                "the entry under " + KvKey.shape(rawKey) + " cannot be read: " + why
                        + "; its stored bytes can be had by listing with OnDecodeError.KEEP",
                why,
                rawKey,
                cause);
    }
}
