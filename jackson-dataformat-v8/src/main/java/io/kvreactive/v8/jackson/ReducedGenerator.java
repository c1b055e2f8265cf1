// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteCapability;
import tools.jackson.core.Version;
import tools.jackson.core.base.GeneratorBase;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.util.JacksonFeatureSet;

/** Those methods of a generator that others can do. */
abstract class ReducedGenerator extends GeneratorBase {

    /** The length of an array that is told by its end only. */
    static final int UNKNOWN = -1;

    ReducedGenerator(ObjectWriteContext writeContext, IOContext io, int streamFeatures) {
        super(writeContext, io, streamFeatures);
    }

    @Override
    public JsonGenerator writeString(char[] buffer, int offset, int length) {
        _checkRangeBoundsForCharArray(buffer, offset, length);
        return writeString(new String(buffer, offset, length));
    }

    @Override
    public JsonGenerator writeString(Reader reader, int length) {
        StringBuilder text = new StringBuilder();
        char[] chunk = new char[1024];
        try {
            int wanted = length < 0 ? Integer.MAX_VALUE : length;
            while (text.length() < wanted) {
                int read = reader.read(chunk, 0, Math.min(chunk.length, wanted - text.length()));
                if (read < 0) {
                    break;
                }
                text.append(chunk, 0, read);
            }
        } catch (IOException e) {
            throw _wrapIOFailure(e);
        }
        if (length >= 0 && text.length() < length) {
            throw error("the reader ended before the " + length + " characters that were promised");
        }
        return writeString(text.toString());
    }

    @Override
    public JsonGenerator writeRawUTF8String(byte[] buffer, int offset, int length) {
        return writeUTF8String(buffer, offset, length);
    }

    @Override
    public JsonGenerator writeUTF8String(byte[] buffer, int offset, int length) {
        _checkRangeBoundsForByteArray(buffer, offset, length);
        return writeString(new String(buffer, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public JsonGenerator writeRaw(String text) {
        return _reportUnsupportedOperation();
    }

    @Override
    public JsonGenerator writeRaw(String text, int offset, int length) {
        return _reportUnsupportedOperation();
    }

    @Override
    public JsonGenerator writeRaw(char[] buffer, int offset, int length) {
        return _reportUnsupportedOperation();
    }

    @Override
    public JsonGenerator writeRaw(char c) {
        return _reportUnsupportedOperation();
    }

    @Override
    public int writeBinary(Base64Variant variant, InputStream data, int length) {
        byte[] content;
        try {
            content = data.readNBytes(length < 0 ? Integer.MAX_VALUE : length);
        } catch (IOException e) {
            throw _wrapIOFailure(e);
        }
        if (content.length < length) {
            throw error("the stream ended before the " + length + " bytes that were promised");
        }
        writeBinary(variant, content, 0, content.length);
        return content.length;
    }

    @Override
    public JsonGenerator writeNumber(short value) {
        return writeNumber((int) value);
    }

    @Override
    public JsonGenerator writeNumber(float value) {
        return writeNumber((double) value);
    }

    /** A number given as text is written as the Java number that it is: an integer as a long or a bigint, anything else as a decimal. */
    @Override
    public JsonGenerator writeNumber(String encodedValue) {
        BigDecimal number;
        try {
            number = new BigDecimal(encodedValue);
        } catch (NumberFormatException e) {
            throw new StreamWriteException(this, "a text that is no number", e);
        }
        if (number.scale() != 0) {
            return writeNumber(number);
        }
        BigInteger integer = number.unscaledValue();
        return integer.bitLength() < Long.SIZE ? writeNumber(integer.longValue()) : writeNumber(integer);
    }

    @Override
    public JsonGenerator writePropertyId(long id) {
        return writeName(Long.toString(id));
    }

    @Override
    public JsonGenerator writeStartArray() {
        return writeStartArray(null);
    }

    @Override
    public JsonGenerator writeStartArray(@Nullable Object forValue) {
        return writeStartArray(forValue, UNKNOWN);
    }

    @Override
    public JsonGenerator writeStartObject() {
        return writeStartObject(null);
    }

    @Override
    public int streamWriteOutputBuffered() {
        return UNKNOWN;
    }

    @Override
    public JacksonFeatureSet<StreamWriteCapability> streamWriteCapabilities() {
        return DEFAULT_BINARY_WRITE_CAPABILITIES;
    }

    @Override
    public Version version() {
        return V8Factory.VERSION;
    }

    final StreamWriteException error(String message) {
        return new StreamWriteException(this, message);
    }
}
