// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.io.Serializable;
import java.util.Objects;

/**
 * How values are read and written. Immutable and safe to share between threads; {@link #DEFAULT} never loses anything silently.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 2.3 to 2.9"
 */
public final class V8Options implements Serializable {

    /** The version that is written unless told otherwise: every known program reads it. */
    public static final int DEFAULT_VERSION = 15;

    /** The longest input or output unless told otherwise, in bytes: 16 MiB. */
    public static final int DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

    /** The most levels of nesting unless told otherwise: as many as Jackson allows, and fewer than Deno can read. */
    public static final int DEFAULT_MAX_DEPTH = 1_000;

    /** The defaults. */
    public static final V8Options DEFAULT = builder().build();

    private final Builder from;

    private V8Options(Builder from) {
        this.from = from;
    }

    /** {@return a new builder that holds the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return a new builder that holds what these options hold} */
    public Builder mutate() {
        return new Builder(from);
    }

    /** {@return 15 or 16} The version written into the header. */
    public int version() {
        return from.version;
    }

    /** {@return the limit in bytes} The longest input or output. */
    public int maxBytes() {
        return from.maxBytes;
    }

    /** {@return the number of containers that may be open at once} The most levels of nesting, read or written. */
    public int maxDepth() {
        return from.maxDepth;
    }

    /**
     * How many elements a sparse array may lack that is read as a {@code List} under {@link Holes#AS_NULL}.
     *
     * @return the number of absent elements
     */
    public int maxHoles() {
        return from.maxHoles;
    }

    /** {@return how {@code undefined} is read into plain Java} */
    public Undefined undefined() {
        return from.undefined;
    }

    /** {@return how {@code Object(1)} and its like are read into plain Java} */
    public Boxed boxed() {
        return from.boxed;
    }

    /** {@return how absent elements of arrays are read into plain Java} */
    public Holes holes() {
        return from.holes;
    }

    /** {@return what happens to a value that contains itself, between plain Java and bytes} The value model always carries cycles. */
    public Cycles cycles() {
        return from.cycles;
    }

    /** {@return how a {@code long} is written} Within ±(2<sup>53</sup> − 1) it is a number but for {@link Longs#ALWAYS_BIGINT}. */
    public Longs longs() {
        return from.longs;
    }

    /** {@return how {@code Instant} and {@code java.util.Date} are written, a Date having milliseconds only} */
    public Instants instants() {
        return from.instants;
    }

    /** {@return how a {@code BigDecimal} is written that no double holds} */
    public Decimals decimals() {
        return from.decimals;
    }

    /** {@return how a {@code java.util.Set} is written} */
    public SetsAs setsAs() {
        return from.setsAs;
    }

    /** {@return how a {@code java.util.Map} is written} */
    public MapsAs mapsAs() {
        return from.mapsAs;
    }

    /** {@return what happens to views that Node's {@code v8.serialize} wrote in its own way} */
    public NodeViews nodeViews() {
        return from.nodeViews;
    }

    /** {@return what happens to bytes after the value} */
    public Trailing trailing() {
        return from.trailing;
    }

    /** {@return how far oddities are followed that V8 reads but never writes: lengths with bits beyond their width, array elements beyond the array's length} */
    public Strictness strictness() {
        return from.strictness;
    }

    /** {@return what happens to integral numbers from 2<sup>53</sup> on when read into plain Java: their neighbours are the same double} */
    public UnsafeIntegers unsafeIntegers() {
        return from.unsafeIntegers;
    }

    /** {@return how closely plain Java is written the way V8 writes what {@code JSON.parse} built} Both are valid and mean the same. */
    public WriterMode writerMode() {
        return from.writerMode;
    }

    /** How {@code undefined} is read into plain Java. */
    public enum Undefined {
        /** As {@link V8Undefined#INSTANCE}, apart from null. */
        KEEP,
        /** As null. */
        AS_NULL
    }

    /** How {@code Object(1)} and its like are read into plain Java. */
    public enum Boxed {
        /** As the primitive. */
        UNBOX,
        /** As {@link V8Boxed}. */
        KEEP
    }

    /** How absent elements of arrays are read into plain Java. */
    public enum Holes {
        /** They are refused, naming the index. */
        FAIL,
        /** As null; a sparse array may lack {@link V8Options#maxHoles()} elements. */
        AS_NULL
    }

    /** What happens to a value that contains itself, between plain Java and bytes. The value model always carries cycles. */
    public enum Cycles {
        /** Refused: {@code equals}, {@code hashCode} and {@code toString} of Java's collections would not end. */
        FAIL,
        /** Carried. */
        ALLOW
    }

    /** How a {@code long} is written. Within ±(2<sup>53</sup> − 1) it is a number but for {@link Longs#ALWAYS_BIGINT}. */
    public enum Longs {
        /** Beyond, as a bigint: a JavaScript reader meets one exactly where a number could not hold the value. */
        BIGINT_IF_UNSAFE,
        /** Beyond, refused. */
        FAIL,
        /** Always as a bigint. */
        ALWAYS_BIGINT,
        /** Beyond, as a number where a double holds it exactly; otherwise refused. */
        NUMBER_IF_EXACT
    }

    /** How {@code Instant} and {@code java.util.Date} are written, a Date having milliseconds only. */
    public enum Instants {
        /** As a Date; what is below the millisecond is cut off. */
        TRUNCATE,
        /** As a Date; what is below the millisecond is refused. */
        FAIL,
        /** Always as an ISO-8601 string, so that a property keeps one type. */
        ISO_STRING
    }

    /** How a {@code BigDecimal} is written that no double holds. */
    public enum Decimals {
        /** Refused. */
        FAIL,
        /** As a string; every {@code BigDecimal} is, so that a property keeps one type. */
        AS_STRING
    }

    /** How a {@code java.util.Set} is written. */
    public enum SetsAs {
        /** As a Set. */
        SET,
        /** As an array. */
        ARRAY
    }

    /** How a {@code java.util.Map} is written. */
    public enum MapsAs {
        /** As a plain object if every key is a {@code String}, otherwise as a Map. */
        OBJECT_IF_STRING_KEYS,
        /** As a Map. */
        MAP
    }

    /** What happens to views that Node's {@code v8.serialize} wrote in its own way. */
    public enum NodeViews {
        /** They are read. */
        READ,
        /** They are refused, as Deno does. */
        REFUSE
    }

    /** What happens to bytes after the value. */
    public enum Trailing {
        /** They are refused. */
        FAIL,
        /** They are ignored, as V8 does. */
        IGNORE
    }

    /** How far oddities are followed that V8 reads but never writes: lengths with bits beyond their width, array elements beyond the array's length. */
    public enum Strictness {
        /** They are refused. */
        STRICT,
        /** They are read as V8 reads them. */
        AS_V8
    }

    /** What happens to integral numbers from 2<sup>53</sup> on when read into plain Java: their neighbours are the same double. */
    public enum UnsafeIntegers {
        /** Read as the {@code Double} they are. */
        ACCEPT,
        /** Refused. */
        FAIL
    }

    /** How closely plain Java is written the way V8 writes what {@code JSON.parse} built. Both are valid and mean the same. */
    public enum WriterMode {
        /** In a single pass: elements one by one, keys as strings in the given order. */
        SIMPLE,
        /** Index-like keys first, ascending, as numbers; arrays of numbers with one that is no 32-bit integer all as doubles. */
        PARITY
    }

    /** Makes {@link V8Options}. Mutable; not safe for use by several threads. */
    public static final class Builder implements Serializable {

        private int version = DEFAULT_VERSION;
        private int maxBytes = DEFAULT_MAX_BYTES;
        private int maxDepth = DEFAULT_MAX_DEPTH;
        private int maxHoles;
        private Undefined undefined = Undefined.KEEP;
        private Boxed boxed = Boxed.UNBOX;
        private Holes holes = Holes.FAIL;
        private Cycles cycles = Cycles.FAIL;
        private Longs longs = Longs.BIGINT_IF_UNSAFE;
        private Instants instants = Instants.TRUNCATE;
        private Decimals decimals = Decimals.FAIL;
        private SetsAs setsAs = SetsAs.SET;
        private MapsAs mapsAs = MapsAs.OBJECT_IF_STRING_KEYS;
        private NodeViews nodeViews = NodeViews.READ;
        private Trailing trailing = Trailing.FAIL;
        private Strictness strictness = Strictness.STRICT;
        private UnsafeIntegers unsafeIntegers = UnsafeIntegers.ACCEPT;
        private WriterMode writerMode = WriterMode.SIMPLE;

        private Builder() {}

        private Builder(Builder that) {
            this.version = that.version;
            this.maxBytes = that.maxBytes;
            this.maxDepth = that.maxDepth;
            this.maxHoles = that.maxHoles;
            this.undefined = that.undefined;
            this.boxed = that.boxed;
            this.holes = that.holes;
            this.cycles = that.cycles;
            this.longs = that.longs;
            this.instants = that.instants;
            this.decimals = that.decimals;
            this.setsAs = that.setsAs;
            this.mapsAs = that.mapsAs;
            this.nodeViews = that.nodeViews;
            this.trailing = that.trailing;
            this.strictness = that.strictness;
            this.unsafeIntegers = that.unsafeIntegers;
            this.writerMode = that.writerMode;
        }

        /**
         * Sets {@link V8Options#version()}. Deno before 2.8, Node 20 and some servers cannot read 16.
         * @param version 15 or 16
         * @return this builder
         */
        public Builder version(int version) {
            if (version != 15 && version != 16) {
                throw new IllegalArgumentException("version: 15 or 16 can be written, not " + version);
            }
            this.version = version;
            return this;
        }

        /**
         * Sets {@link V8Options#maxBytes()}.
         * @param maxBytes the limit in bytes, positive
         * @return this builder
         */
        public Builder maxBytes(int maxBytes) {
            this.maxBytes = atLeast(1, "maxBytes", maxBytes);
            return this;
        }

        /**
         * Sets {@link V8Options#maxDepth()}. Nothing here recurses, but {@code equals}, {@code hashCode} and {@code toString} of the collections
         * that come out do.
         * @param maxDepth the number of levels, positive
         * @return this builder
         */
        public Builder maxDepth(int maxDepth) {
            this.maxDepth = atLeast(1, "maxDepth", maxDepth);
            return this;
        }

        /**
         * Sets {@link V8Options#maxHoles()}.
         * @param maxHoles the number of absent elements, not negative
         * @return this builder
         */
        public Builder maxHoles(int maxHoles) {
            this.maxHoles = atLeast(0, "maxHoles", maxHoles);
            return this;
        }

        /**
         * Sets {@link V8Options#undefined()}; {@link Undefined#KEEP} by default.
         * @param undefined the choice
         * @return this builder
         */
        public Builder undefined(Undefined undefined) {
            this.undefined = Objects.requireNonNull(undefined, "undefined");
            return this;
        }

        /**
         * Sets {@link V8Options#boxed()}; {@link Boxed#UNBOX} by default.
         * @param boxed the choice
         * @return this builder
         */
        public Builder boxed(Boxed boxed) {
            this.boxed = Objects.requireNonNull(boxed, "boxed");
            return this;
        }

        /**
         * Sets {@link V8Options#holes()}; {@link Holes#FAIL} by default.
         * @param holes the choice
         * @return this builder
         */
        public Builder holes(Holes holes) {
            this.holes = Objects.requireNonNull(holes, "holes");
            return this;
        }

        /**
         * Sets {@link V8Options#cycles()}; {@link Cycles#FAIL} by default.
         * @param cycles the choice
         * @return this builder
         */
        public Builder cycles(Cycles cycles) {
            this.cycles = Objects.requireNonNull(cycles, "cycles");
            return this;
        }

        /**
         * Sets {@link V8Options#longs()}; {@link Longs#BIGINT_IF_UNSAFE} by default.
         * @param longs the choice
         * @return this builder
         */
        public Builder longs(Longs longs) {
            this.longs = Objects.requireNonNull(longs, "longs");
            return this;
        }

        /**
         * Sets {@link V8Options#instants()}; {@link Instants#TRUNCATE} by default.
         * @param instants the choice
         * @return this builder
         */
        public Builder instants(Instants instants) {
            this.instants = Objects.requireNonNull(instants, "instants");
            return this;
        }

        /**
         * Sets {@link V8Options#decimals()}; {@link Decimals#FAIL} by default.
         * @param decimals the choice
         * @return this builder
         */
        public Builder decimals(Decimals decimals) {
            this.decimals = Objects.requireNonNull(decimals, "decimals");
            return this;
        }

        /**
         * Sets {@link V8Options#setsAs()}; {@link SetsAs#SET} by default.
         * @param setsAs the choice
         * @return this builder
         */
        public Builder setsAs(SetsAs setsAs) {
            this.setsAs = Objects.requireNonNull(setsAs, "setsAs");
            return this;
        }

        /**
         * Sets {@link V8Options#mapsAs()}; {@link MapsAs#OBJECT_IF_STRING_KEYS} by default.
         * @param mapsAs the choice
         * @return this builder
         */
        public Builder mapsAs(MapsAs mapsAs) {
            this.mapsAs = Objects.requireNonNull(mapsAs, "mapsAs");
            return this;
        }

        /**
         * Sets {@link V8Options#nodeViews()}; {@link NodeViews#READ} by default.
         * @param nodeViews the choice
         * @return this builder
         */
        public Builder nodeViews(NodeViews nodeViews) {
            this.nodeViews = Objects.requireNonNull(nodeViews, "nodeViews");
            return this;
        }

        /**
         * Sets {@link V8Options#trailing()}; {@link Trailing#FAIL} by default.
         * @param trailing the choice
         * @return this builder
         */
        public Builder trailing(Trailing trailing) {
            this.trailing = Objects.requireNonNull(trailing, "trailing");
            return this;
        }

        /**
         * Sets {@link V8Options#strictness()}; {@link Strictness#STRICT} by default.
         * @param strictness the choice
         * @return this builder
         */
        public Builder strictness(Strictness strictness) {
            this.strictness = Objects.requireNonNull(strictness, "strictness");
            return this;
        }

        /**
         * Sets {@link V8Options#unsafeIntegers()}; {@link UnsafeIntegers#ACCEPT} by default.
         * @param unsafeIntegers the choice
         * @return this builder
         */
        public Builder unsafeIntegers(UnsafeIntegers unsafeIntegers) {
            this.unsafeIntegers = Objects.requireNonNull(unsafeIntegers, "unsafeIntegers");
            return this;
        }

        /**
         * Sets {@link V8Options#writerMode()}; {@link WriterMode#SIMPLE} by default.
         * @param writerMode the choice
         * @return this builder
         */
        public Builder writerMode(WriterMode writerMode) {
            this.writerMode = Objects.requireNonNull(writerMode, "writerMode");
            return this;
        }

        /**
         * Makes the options.
         * @return new options
         */
        public V8Options build() {
            return new V8Options(new Builder(this));
        }

        private static int atLeast(int least, String name, int value) {
            if (value < least) {
                throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
            }
            return value;
        }
    }
}
