// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8LossyConversionException;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8Reader;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Value;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
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

    private static final int LARGEST_KEPT = 1 << 18;

    private final byte[] bytes;
    private final int start;
    private final int length;
    private final V8Options options;
    private final int formatFeatures;
    private final Names names;
    private final CurrentNumber number = new CurrentNumber(this);
    /** Where the parser stands before its walk and after it. */
    private SimpleStreamReadContext outside = SimpleStreamReadContext.createRootContext(null);

    private @Nullable Walk walk;
    private @Nullable Tape tape;
    private @Nullable Object content;
    private int offsetOutside = -1;
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
        Walk walking = walk;
        return walking == null ? V8Token.END : walking.kind();
    }

    /**
     * The model of the value that the current token is or begins, exactly as the bytes have it. The parser then stands on its last token.
     *
     * @return the value
     */
    public V8Value readModelValue() {
        Walk walking = walk;
        if (walking == null || _currToken == null || !startsValue(_currToken) || walking.kind() == V8Token.END) {
            throw _constructReadException("no value stands here");
        }
        V8Value value = walking.model();
        skipChildren();
        return value;
    }

    private static boolean startsValue(JsonToken token) {
        return token.isStructStart() || token.isScalarValue();
    }

    /** Shows the Map that has just begun as an array of pairs even if its keys could be names. */
    void showMapAsPairs() {
        if (_currToken == JsonToken.START_OBJECT && currentV8Token() == V8Token.START_MAP) {
            _currToken = walk().mapAsPairs();
        }
    }

    /** The number that a walk has come to. */
    Number currentNumber() {
        return number.value();
    }

    /** Whether the object that has begun is one of those that contain it, so that nobody may look inside. */
    boolean standsInItself() {
        return walk instanceof NodeWalk nodes && nodes.standsInItself();
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
        return lossy(detail, walk().offset());
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

    void requireStringLength(int length) {
        _streamReadConstraints.validateStringLength(length);
    }

    InputCoercionException notExact(String what, Class<?> target) {
        return _constructInputCoercion(what + " is not read as " + target.getSimpleName(), _currToken, target);
    }

    /** What the tokens of Jackson cannot carry. */
    StreamReadException lossy(String detail, int offset) {
        V8LossyConversionException cause = new V8LossyConversionException(detail, path(), offset);
        return failure(cause, offset);
    }

    private String path() {
        TokenStreamContext context = streamReadContext();
        String pointer = context.pathAsPointer().toString();
        return pointer.isEmpty() ? "$" : "$" + pointer;
    }

    private StreamReadException failure(V8Exception cause, int offset) {
        offsetOutside = offset;
        return new StreamReadException(this, cause.getMessage(), location(offset), cause);
    }

    @Override
    public @Nullable JsonToken nextToken() {
        content = null;
        Walk walking = walk;
        if (walking == null) {
            if (_closed) {
                return _updateTokenToNull();
            }
            walking = walk();
        }
        JsonToken token = walking.next();
        if (token == null) {
            close();
            return _updateTokenToNull();
        }
        return _updateToken(token);
    }

    private Walk walk() {
        Walk walking = walk;
        if (walking == null) {
            if (_closed) {
                throw _constructReadException("the parser is closed");
            }
            Walk plain = plainWalk();
            walking = plain == null ? generalWalk() : plain;
            walk = walking;
        }
        return walking;
    }

    /** Checks the whole value, if it is plain; otherwise null. */
    @Nullable
    Walk plainWalk() {
        if (length > options.maxBytes() || length >= Tape.MAX_BYTES) {
            return null;
        }
        Tape empty = new Tape(_ioContext.allocReadIOBuffer(Tape.expected(length)));
        tape = empty;
        return new TapeReader(bytes, start, length, options.maxDepth(), names, empty).read()
                ? new TapeWalk(this, bytes, start, empty, names, number, outside)
                : null;
    }

    /** Checks the whole value, whatever it is, and tells what is wrong with it. */
    Walk generalWalk() {
        try {
            V8Reader reader = V8Reader.of(bytes, start, length, options);
            NodeTable table = new NodeTableReader(bytes, start, length, reader, names).read();
            return new NodeWalk(this, bytes, start, length, table, number, outside);
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
        if (!_closed && (_currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY)) {
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
            made = walk().content();
            content = made;
        }
        return made;
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
    public int readBinaryValue(Base64Variant variant, OutputStream out) {
        byte[] binary = getBinaryValue(variant);
        try {
            out.write(binary);
        } catch (IOException e) {
            throw _wrapIOFailure(e);
        }
        return binary.length;
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
        Walk walking = walk;
        return canReadObjectId() && walking != null ? walking.objectId() : null;
    }

    @Override
    public TokenStreamContext streamReadContext() {
        Walk walking = walk;
        return walking == null ? outside : walking.context();
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
        Walk walking = walk;
        return location(offsetOutside >= 0 || walking == null ? Math.max(offsetOutside, 0) : walking.offset());
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
        Walk walking = walk;
        if (walking != null) {
            outside = walking.context();
            offsetOutside = Math.max(offsetOutside, walking.offset());
            walk = null;
        }
        Tape used = tape;
        tape = null;
        // What many small values need is kept; what a large one needed would lie there for nothing.
        if (used != null && used.buffer().length <= LARGEST_KEPT) {
            _ioContext.releaseReadIOBuffer(used.buffer());
        }
    }
}
