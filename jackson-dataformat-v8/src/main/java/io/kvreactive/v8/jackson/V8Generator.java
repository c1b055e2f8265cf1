// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8Value;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.io.IOContext;

/**
 * Writes one value in V8's format. The bytes go out when the value is complete, or when the generator is closed. Not safe for use by several
 * threads.
 *
 * <p>An array begun for a {@code java.util.Set} is a Set, an object begun for a {@code java.util.Map} with keys that are no strings is a Map; in a
 * Map, keys may be written like values. {@link #writeStartMap(Object)} begins a Map whatever its keys. A repeated key is refused.
 *
 * @see "docs/spec/v8-structured-clone.md, section 2.6"
 */
public final class V8Generator extends IdentifyingGenerator {

    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private final V8Options options;
    private final OutputStream out;
    private final Output output;
    private @Nullable DirectOutput direct;
    private WriteContext context = WriteContext.root();
    private @Nullable Class<?> noSet;
    private @Nullable Class<?> noMap;
    private boolean mapComes;
    private boolean written;
    private int openedId;

    V8Generator(
            ObjectWriteContext writeContext,
            IOContext io,
            int streamFeatures,
            int formatFeatures,
            V8Options options,
            OutputStream out) {
        super(writeContext, io, streamFeatures);
        this.options = options;
        this.out = out;
        this.direct = V8WriteFeature.PARITY.enabledIn(formatFeatures)
                ? null
                : new DirectOutput(options, io.allocWriteEncodingBuffer());
        this.output = direct == null ? new ModelOutput(options) : direct;
    }

    // Containers.

    @Override
    public JsonGenerator writeStartArray(@Nullable Object forValue, int size) {
        _verifyValueWrite("start an array");
        boolean set = forValue != null && forValue.getClass() != noSet && isSet(forValue);
        open(set ? WriteContext.Shape.SET : WriteContext.Shape.ARRAY, forValue, set ? UNKNOWN : size);
        return this;
    }

    /** A JVM finds out sooner what a class implements than what it does not; so Lists come first, and the last class is kept. */
    private boolean isSet(Object value) {
        if (!(value instanceof List<?>) && value instanceof Set<?> && options.setsAs() == V8Options.SetsAs.SET) {
            return true;
        }
        noSet = value.getClass();
        return false;
    }

    @Override
    public JsonGenerator writeEndArray() {
        if (!context.inArray()) {
            throw error("the end of an array where none is open: " + context.typeDesc());
        }
        if (context.promised() >= 0 && context.getEntryCount() != context.promised()) {
            throw error("an array of " + context.getEntryCount() + " elements that was begun as one of "
                    + context.promised());
        }
        end();
        return this;
    }

    @Override
    public JsonGenerator writeStartObject(@Nullable Object forValue) {
        boolean map = mapComes || (forValue != null && forValue.getClass() != noMap && isMap(forValue));
        mapComes = false;
        _verifyValueWrite("start an object");
        open(map ? WriteContext.Shape.MAP : WriteContext.Shape.OBJECT, forValue, UNKNOWN);
        return this;
    }

    /**
     * Begins a Map: keys and values in turn, where a key is a name or is written like any value.
     *
     * @param forValue the Java object being written, if there is one
     * @return this generator
     */
    public V8Generator writeStartMap(@Nullable Object forValue) {
        mapComes = true;
        writeStartObject(forValue);
        return this;
    }

    @Override
    public JsonGenerator writeEndObject() {
        if (!context.inObject()) {
            throw error("the end of an object where none is open: " + context.typeDesc());
        }
        if (context.named()) {
            throw error("the end of an object where a value must come");
        }
        end();
        return this;
    }

    private boolean isMap(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            noMap = value.getClass();
            return false;
        }
        if (options.mapsAs() == V8Options.MapsAs.MAP) {
            return true;
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String)) {
                return true;
            }
        }
        return false;
    }

    /** Makes the object that is begun next a Map. */
    void nextObjectIsMap() {
        mapComes = true;
    }

    /** Whether the key of a Map may be written now. */
    boolean takesMapKey() {
        return context.shape() == WriteContext.Shape.MAP && !context.named();
    }

    private void open(WriteContext.Shape shape, @Nullable Object forValue, int size) {
        _streamWriteConstraints.validateNestingDepth(context.getNestingDepth() + 1);
        context = context.open(shape, forValue, size);
        try {
            openedId = output.start(context);
        } catch (V8Exception e) {
            throw refused(e);
        }
        identify();
    }

    private void end() {
        output.end(context);
        context = Objects.requireNonNull(context.getParent());
    }

    // Names.

    @Override
    public JsonGenerator writeName(String name) {
        name(name);
        try {
            output.string(name);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeName(SerializableString name) {
        name(name.getValue());
        try {
            output.string(name);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    private void name(String name) {
        if (!context.inObject() || context.named()) {
            throw error("a name where a value must come");
        }
        if (context.shape() == WriteContext.Shape.MAP) {
            distinct(name);
            context.key(name);
        } else if (!context.name(name)) {
            throw error("a name that was there before: V8 refuses a value that repeats one");
        }
    }

    // Values.

    @Override
    protected void _verifyValueWrite(String what) {
        if (!context.value()) {
            throw misplaced(what);
        }
    }

    private StreamWriteException misplaced(String what) {
        return error("cannot " + what
                + switch (context.shape()) {
                    case ROOT -> ": there is one value, and it is complete";
                    case OBJECT -> " where a name must come";
                    default -> " beyond the " + context.promised() + " elements that the array was begun for";
                });
    }

    private void scalar(String what, @Nullable Object canonical) {
        if (canonical != null && context.distinguishes()) {
            distinct(canonical);
        }
        _verifyValueWrite(what);
    }

    private void distinct(Object canonical) {
        if (!context.isNew(canonical)) {
            throw error("two keys of a Map, or members of a Set, that are one in JavaScript");
        }
    }

    @Override
    public JsonGenerator writeString(@Nullable String text) {
        if (text == null) {
            return writeNull();
        }
        scalar(WRITE_STRING, text);
        try {
            output.string(text);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
        _checkRangeBoundsForByteArray(data, offset, length);
        _verifyValueWrite(WRITE_BINARY);
        try {
            output.binary(data, offset, length);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeNumber(int value) {
        scalar(WRITE_NUMBER, context.distinguishes() ? (Object) (double) value : null);
        try {
            output.int32(value);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeNumber(long value) {
        if (options.longs() != V8Options.Longs.ALWAYS_BIGINT) {
            if (value == (int) value) {
                return writeNumber((int) value);
            }
            if (value >= -MAX_SAFE_INTEGER && value <= MAX_SAFE_INTEGER) {
                return writeNumber((double) value);
            }
        }
        return natural(WRITE_NUMBER, value);
    }

    @Override
    public JsonGenerator writeNumber(double value) {
        scalar(WRITE_NUMBER, context.distinguishes() ? (Object) (value + 0.0) : null);
        try {
            output.number(value);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeNumber(@Nullable BigInteger value) {
        if (value == null) {
            return writeNull();
        }
        scalar(WRITE_NUMBER, value);
        try {
            output.bigint(value);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeNumber(@Nullable BigDecimal value) {
        return value == null ? writeNull() : natural(WRITE_NUMBER, value);
    }

    @Override
    public JsonGenerator writeBoolean(boolean value) {
        scalar(WRITE_BOOLEAN, context.distinguishes() ? (Object) value : null);
        try {
            output.bool(value);
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    @Override
    public JsonGenerator writeNull() {
        scalar(WRITE_NULL, context.distinguishes() ? (Object) Output.class : null);
        try {
            output.nullValue();
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    /**
     * Writes anything that {@link io.kvreactive.v8.V8#encode(Object)} writes, in the same way: model values, times, bytes, collections.
     *
     * @param object the value
     * @return this generator
     */
    @Override
    public JsonGenerator writeEmbeddedObject(@Nullable Object object) {
        return object == null ? writeNull() : natural("write an object", object);
    }

    @Override
    public JsonGenerator writePOJO(@Nullable Object value) {
        if (value instanceof V8Value || _objectWriteContext instanceof ObjectWriteContext.Base) {
            return writeEmbeddedObject(value);
        }
        return super.writePOJO(value);
    }

    private JsonGenerator natural(String what, Object value) {
        scalar(what, context.distinguishes() ? Canonical.of(value, options) : null);
        try {
            output.value(value, context.getNestingDepth());
        } catch (V8Exception e) {
            throw refused(e);
        }
        return this;
    }

    // Object ids.

    @Override
    boolean hasJustBegun() {
        return context.inObject() && context.getEntryCount() == 0 && !context.named();
    }

    @Override
    int lastBegun() {
        return openedId;
    }

    @Override
    void writeReference(int id) {
        _verifyValueWrite("write a reference");
        output.reference(id);
    }

    // The end.

    @Override
    public void flush() {
        try {
            if (!written && context.inRoot() && context.getEntryCount() > 0) {
                written = true;
                writeOut();
            }
            if (isEnabled(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)) {
                out.flush();
            }
        } catch (IOException e) {
            throw _wrapIOFailure(e);
        }
    }

    private void writeOut() throws IOException {
        try {
            output.writeTo(out);
        } catch (V8Exception e) {
            throw refused(e);
        }
    }

    @Override
    protected void _closeInput() throws IOException {
        boolean complete = closeContent();
        try {
            if (!written && complete) {
                written = true;
                writeOut();
            }
        } finally {
            if (_ioContext.isResourceManaged() || isEnabled(StreamWriteFeature.AUTO_CLOSE_TARGET)) {
                out.close();
            } else if (isEnabled(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)) {
                out.flush();
            }
        }
    }

    /** Ends what is open; false if there is nothing whole to write. */
    private boolean closeContent() {
        if (!isEnabled(StreamWriteFeature.AUTO_CLOSE_CONTENT)) {
            return context.inRoot() && context.getEntryCount() > 0;
        }
        while (!context.inRoot()) {
            if (context.named() || (context.promised() >= 0 && context.getEntryCount() != context.promised())) {
                // It was given up in the middle, most likely because of an error that somebody hears of already.
                return false;
            }
            end();
        }
        return context.getEntryCount() > 0;
    }

    @Override
    protected void _releaseBuffers() {
        DirectOutput used = direct;
        if (used != null) {
            direct = null;
            _ioContext.releaseWriteEncodingBuffer(used.buffer());
        }
    }

    // What a generator must tell.

    @Override
    public TokenStreamContext streamWriteContext() {
        return context;
    }

    @Override
    public @Nullable Object currentValue() {
        return context.currentValue();
    }

    @Override
    public void assignCurrentValue(@Nullable Object value) {
        context.assignCurrentValue(value);
    }

    @Override
    public OutputStream streamWriteOutputTarget() {
        return out;
    }

    private StreamWriteException refused(V8Exception cause) {
        return new StreamWriteException(this, cause.getMessage(), cause);
    }
}
