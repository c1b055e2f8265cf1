// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8LossyConversionException;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8Reader;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.Version;
import tools.jackson.core.base.ParserMinimalBase;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.util.SimpleStreamReadContext;

/**
 * Gives a value in V8's format as Jackson's tokens. The whole input is checked before the first token, so that malformed input fails before
 * anything is bound. Not safe for use by several threads.
 *
 * <p>Objects, and Maps whose keys are strings or numbers, are objects; arrays, Sets and typed arrays are arrays; other Maps are arrays of pairs.
 * A Uint8Array or ArrayBuffer is an embedded {@code byte[]}, a Date an embedded {@code Instant}, and what Java has no class for an embedded
 * {@link V8Value}. {@link #currentV8Token()} tells what JavaScript had.
 *
 * @see "docs/spec/v8-structured-clone.md, section 2.6"
 */
public final class V8Parser extends ParserMinimalBase {

    private final byte[] bytes;
    private final int start;
    private final int length;
    private final V8Options options;
    private final int formatFeatures;
    private final Names names;
    private final CurrentNumber number = new CurrentNumber(this);
    private final SimpleStreamReadContext root = SimpleStreamReadContext.createRootContext(null);
    private @Nullable NodeTable table;
    private @Nullable NodeWalk walk;
    private @Nullable ModelObjects models;
    private @Nullable Object content;
    private int failedAt = -1;
    private long hashed;

    V8Parser(
            ObjectReadContext context,
            IOContext io,
            int streamFeatures,
            int formatFeatures,
            V8Options options,
            Names names,
            byte[] bytes,
            int start,
            int length) {
        super(context, io, streamFeatures);
        this.formatFeatures = formatFeatures;
        this.options = options;
        this.names = names;
        this.bytes = bytes;
        this.start = start;
        this.length = length;
    }

    /**
     * What the current token is in JavaScript; for a reference, what it refers to.
     *
     * @return the token that begins the value, {@link V8Token#VIEW} for a typed array, {@link V8Token#END} where there is no value
     */
    public V8Token currentV8Token() {
        NodeWalk walking = walk;
        return walking == null || table == null || walking.current() < 0 ? V8Token.END : table.kind(walking.current());
    }

    /**
     * The model of the value that the current token is or begins, exactly as the bytes have it. The parser then stands on its last token.
     *
     * @return the value
     */
    public V8Value readModelValue() {
        NodeWalk walking = walk;
        if (walking == null
                || table == null
                || walking.current() < 0
                || _currToken == null
                || !startsValue(_currToken)) {
            throw _constructReadException("no value stands here");
        }
        int node = walking.current();
        V8Value value = model(table, node);
        skipChildren();
        return value;
    }

    private static boolean startsValue(JsonToken token) {
        return token.isStructStart() || token.isScalarValue();
    }

    private V8Value model(NodeTable nodes, int node) {
        return switch (nodes.kind(node)) {
            case NULL, HOLE -> V8Null.INSTANCE;
            case UNDEFINED -> V8Undefined.INSTANCE;
            case TRUE -> V8Boolean.TRUE;
            case FALSE -> V8Boolean.FALSE;
            case INT32 -> V8Number.int32(nodes.a(node));
            case UINT32 -> V8Number.uint32(Integer.toUnsignedLong(nodes.a(node)));
            case DOUBLE -> V8Number.ofBits(nodes.bits(node));
            case BIGINT -> V8BigInt.of(nodes.bigInteger(node), nodes.b(node) >>> 1);
            case STRING -> V8String.of(nodes.string(node), nodes.encoding(node));
            default -> models().at(nodes.id(node));
        };
    }

    private ModelObjects models() {
        ModelObjects objects = models;
        if (objects == null) {
            // Whoever asks for one such object pays for all: they may share and contain each other.
            objects = new ModelObjects(V8.decodeModel(Arrays.copyOfRange(bytes, start, start + length), options));
            models = objects;
        }
        return objects;
    }

    /** Shows the Map that has just begun as an array of pairs even if its keys could be names. */
    void showMapAsPairs() {
        if (_currToken == JsonToken.START_OBJECT && currentV8Token() == V8Token.START_MAP) {
            _currToken = walk().mapAsPairs();
        }
    }

    V8Options options() {
        return options;
    }

    /** Counts tokens of values to be hashed, and says how many there have been. */
    long hash(long tokens) {
        hashed += tokens;
        return hashed;
    }

    /** What plain Java cannot carry. */
    StreamReadException lossy(String detail) {
        return lossy(detail, Math.max(walk().current(), 0));
    }

    boolean isEnabled(V8ReadFeature feature) {
        return feature.enabledIn(formatFeatures);
    }

    boolean refusesUnsafeIntegers() {
        return options.unsafeIntegers() == V8Options.UnsafeIntegers.FAIL;
    }

    void requireDepth(int depth) {
        _streamReadConstraints.validateNestingDepth(depth);
    }

    InputCoercionException notExact(String what, Class<?> target) {
        return _constructInputCoercion(what + " is not read as " + target.getSimpleName(), _currToken, target);
    }

    /** What the tokens of Jackson cannot carry. */
    StreamReadException lossy(String detail, int node) {
        int offset = table == null ? 0 : table.offset(node);
        V8LossyConversionException cause = new V8LossyConversionException(detail, path(), offset);
        return failure(cause, offset);
    }

    private String path() {
        TokenStreamContext context = streamReadContext();
        String pointer = context.pathAsPointer().toString();
        return pointer.isEmpty() ? "$" : "$" + pointer;
    }

    private StreamReadException failure(V8Exception cause, int offset) {
        failedAt = offset;
        return new StreamReadException(this, cause.getMessage(), location(offset), cause);
    }

    @Override
    public @Nullable JsonToken nextToken() {
        content = null;
        if (_closed) {
            return _updateTokenToNull();
        }
        JsonToken token = walk().next();
        if (token == null) {
            close();
            return _updateTokenToNull();
        }
        return _updateToken(token);
    }

    private NodeWalk walk() {
        NodeWalk walking = walk;
        if (walking == null) {
            NodeTable nodes = readAll();
            table = nodes;
            walking = new NodeWalk(this, nodes, number, root);
            walk = walking;
        }
        return walking;
    }

    private NodeTable readAll() {
        try {
            V8Reader reader = V8Reader.of(bytes, start, length, options);
            return new NodeTableReader(bytes, start, length, reader, names).read();
        } catch (V8Exception e) {
            throw failure(e, e.offset().orElse(0));
        }
    }

    @Override
    public @Nullable String nextName() {
        return nextToken() == JsonToken.PROPERTY_NAME ? walk().context().currentName() : null;
    }

    @Override
    public V8Parser skipChildren() {
        if (_currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY) {
            content = null;
            _currToken = walk().skip();
        }
        return this;
    }

    @Override
    public @Nullable String currentName() {
        TokenStreamContext context = streamReadContext();
        // A container's name is one level up.
        if (_currToken != null && _currToken.isStructStart()) {
            TokenStreamContext outer = context.getParent();
            return outer == null ? null : outer.currentName();
        }
        return context.currentName();
    }

    @Override
    public @Nullable String getString() {
        if (_currToken == null) {
            return null;
        }
        return switch (_currToken) {
            case PROPERTY_NAME -> currentName();
            case VALUE_STRING -> (String) content();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number.value().toString();
            case VALUE_EMBEDDED_OBJECT -> String.valueOf(content());
            default -> _currToken.asString();
        };
    }

    /** Strings, names and numbers have a text that may stand for them; objects have none. */
    @Override
    public @Nullable String getValueAsString(@Nullable String defaultValue) {
        return _currToken == JsonToken.VALUE_EMBEDDED_OBJECT ? defaultValue : super.getValueAsString(defaultValue);
    }

    @Override
    public char[] getStringCharacters() {
        String text = getString();
        return text == null ? new char[0] : text.toCharArray();
    }

    @Override
    public boolean hasStringCharacters() {
        return false;
    }

    @Override
    public int getStringLength() {
        String text = getString();
        return text == null ? 0 : text.length();
    }

    @Override
    public int getStringOffset() {
        return 0;
    }

    /** The string, bytes or object that the current token is; made once. */
    private Object content() {
        Object made = content;
        if (made == null) {
            made = makeContent(Objects.requireNonNull(table), walk().current());
            content = made;
        }
        return made;
    }

    private Object makeContent(NodeTable nodes, int node) {
        return switch (nodes.kind(node)) {
            case STRING, BOXED_STRING -> {
                _streamReadConstraints.validateStringLength(nodes.b(node));
                yield nodes.string(node);
            }
            case BUFFER -> nodes.content(node);
            case VIEW -> nodes.viewKind(node) == V8View.Kind.UINT8 ? nodes.content(node) : model(nodes, node);
            case NODE_VIEW -> {
                byte[] visible = nodes.content(node);
                V8View.Kind kind = nodes.viewKind(node);
                yield kind == V8View.Kind.UINT8 ? visible : V8View.of(kind, V8ArrayBuffer.of(visible));
            }
            case DATE -> {
                V8Date date = V8Date.ofBits(nodes.bits(node));
                yield date.isValid() ? date.toInstant() : model(nodes, node);
            }
            default -> model(nodes, node);
        };
    }

    @Override
    public @Nullable Object getEmbeddedObject() {
        return _currToken == JsonToken.VALUE_EMBEDDED_OBJECT ? content() : null;
    }

    @Override
    public byte[] getBinaryValue(Base64Variant variant) {
        if (getEmbeddedObject() instanceof byte[] binary) {
            return binary;
        }
        throw _constructReadException("%s is no Uint8Array", _currToken);
    }

    @Override
    public boolean isNaN() {
        return _currToken == JsonToken.VALUE_NUMBER_FLOAT && number.isNaN();
    }

    /** An integral number is as good as an integer however it is stored; the accessors are exact. */
    @Override
    public boolean isExpectedNumberIntToken() {
        return _currToken == JsonToken.VALUE_NUMBER_INT
                || (_currToken == JsonToken.VALUE_NUMBER_FLOAT && number.isIntegral());
    }

    @Override
    public Number getNumberValue() {
        return number(NR_UNKNOWN).value();
    }

    @Override
    public @Nullable NumberType getNumberType() {
        return _currToken != null && _currToken.isNumeric() ? number.type() : null;
    }

    @Override
    public NumberTypeFP getNumberTypeFP() {
        return _currToken == JsonToken.VALUE_NUMBER_FLOAT ? NumberTypeFP.DOUBLE64 : NumberTypeFP.UNKNOWN;
    }

    @Override
    public byte getByteValue() {
        return (byte) number(NR_INT).within(Byte.MIN_VALUE, Byte.MAX_VALUE, byte.class);
    }

    @Override
    public short getShortValue() {
        return (short) number(NR_INT).within(Short.MIN_VALUE, Short.MAX_VALUE, short.class);
    }

    @Override
    public int getIntValue() {
        return number(NR_INT).asInt();
    }

    @Override
    public long getLongValue() {
        return number(NR_LONG).asLong();
    }

    @Override
    public BigInteger getBigIntegerValue() {
        return number(NR_BIGINT).asBigInteger();
    }

    @Override
    public float getFloatValue() {
        return (float) number(NR_FLOAT).asDouble();
    }

    @Override
    public double getDoubleValue() {
        return number(NR_DOUBLE).asDouble();
    }

    @Override
    public BigDecimal getDecimalValue() {
        return number(NR_BIGDECIMAL).asBigDecimal();
    }

    private CurrentNumber number(int wanted) {
        if (_currToken == null || !_currToken.isNumeric()) {
            throw _constructNotNumericType(_currToken, wanted);
        }
        return number;
    }

    @Override
    public boolean canReadObjectId() {
        return isEnabled(V8ReadFeature.NATIVE_IDS);
    }

    @Override
    public @Nullable Object getObjectId() {
        NodeWalk walking = walk;
        if (!canReadObjectId() || walking == null || table == null || walking.isAlias()) {
            return null;
        }
        int node = walking.identified();
        return node >= 0 && table.is(node, NodeTable.REFERENCED) ? table.id(node) : null;
    }

    @Override
    public TokenStreamContext streamReadContext() {
        NodeWalk walking = walk;
        return walking == null ? root : walking.context();
    }

    @Override
    public @Nullable Object currentValue() {
        return streamReadContext().currentValue();
    }

    @Override
    public void assignCurrentValue(@Nullable Object value) {
        streamReadContext().assignCurrentValue(value);
    }

    @Override
    public TokenStreamLocation currentTokenLocation() {
        if (failedAt >= 0) {
            return location(failedAt);
        }
        NodeWalk walking = walk;
        return location(
                walking == null || table == null || walking.current() < 0 ? 0 : table.offset(walking.current()));
    }

    @Override
    public TokenStreamLocation currentLocation() {
        return currentTokenLocation();
    }

    private TokenStreamLocation location(int offset) {
        return new TokenStreamLocation(_ioContext.contentReference(), offset, -1, -1, offset);
    }

    @Override
    public Object streamReadInputSource() {
        return _ioContext.contentReference().getRawContent();
    }

    @Override
    public Version version() {
        return V8Factory.VERSION;
    }

    @Override
    protected void _handleEOF() {
        if (!streamReadContext().inRoot()) {
            _reportInvalidEOF();
        }
    }

    @Override
    protected void _closeInput() {
        names.share();
    }

    @Override
    protected void _releaseBuffers() {
        // The input is the caller's.
    }
}
