// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import io.kvreactive.v8.jackson.V8Mapper;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Records to bytes and back, in V8's format and in two of Jackson's own, each with its mapper as it comes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // Fields are set by JMH and by @Setup.
public class CodecBenchmark {

    /** Which format. */
    @Param
    public Format format;

    /** How large a record. */
    @Param
    public Size size;

    private ObjectMapper mapper;
    private ObjectReader reader;
    private Object value;
    private byte[] bytes;

    /** How large a record is. */
    public enum Size {
        SMALL,
        MEDIUM,
        LARGE;

        Object value() {
            return switch (this) {
                case SMALL -> Records.small();
                case MEDIUM -> Records.medium();
                case LARGE -> Records.large();
            };
        }
    }

    /** A format and the mapper for it. */
    public enum Format {
        V8,
        CBOR,
        JSON;

        ObjectMapper mapper() {
            return switch (this) {
                case V8 -> new V8Mapper();
                case CBOR -> new CBORMapper();
                case JSON -> new JsonMapper();
            };
        }
    }

    /** Writes the record once, and sees to it that it comes back. */
    @Setup
    public void write() {
        mapper = format.mapper();
        value = size.value();
        reader = mapper.readerFor(value.getClass());
        bytes = writing();
        if (!value.equals(reading())) {
            throw new IllegalStateException("the record did not come back");
        }
        System.out.printf("%n(%d bytes) ", bytes.length);
    }

    /** A record to bytes. */
    @Benchmark
    public byte[] writing() {
        return mapper.writeValueAsBytes(value);
    }

    /** Bytes to a record. */
    @Benchmark
    public Object reading() {
        return reader.readValue(bytes);
    }
}
