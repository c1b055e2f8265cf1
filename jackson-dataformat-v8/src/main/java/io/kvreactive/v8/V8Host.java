// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object of the program that wrote it: a class of Deno's with one ordinary value inside, or a view as Node's {@code v8.serialize} writes it. It
 * can be copied unchanged; what it means only its program knows.
 *
 * @see "docs/spec/v8-structured-clone.md, sections 1.13 and 1.14"
 */
public final class V8Host implements V8Value {

    /** The tag of host objects with an ordinary value inside. */
    static final long WITH_VALUE = 4294967295L;

    private final long tag;
    private final @Nullable V8Value value;
    private final byte[] bytes;

    private V8Host(long tag, @Nullable V8Value value, byte[] bytes) {
        this.tag = tag;
        this.value = value;
        this.bytes = bytes;
    }

    /**
     * A host object as Deno writes it.
     *
     * @param value a plain object whose property {@code type} names the class
     * @return the host object
     */
    public static V8Host of(V8Value value) {
        V8Set.requireMember(value, "value");
        return new V8Host(WITH_VALUE, value, new byte[0]);
    }

    static V8Host ofNodeView(long tag, byte[] bytes) {
        return new V8Host(tag, null, Objects.requireNonNull(bytes, "bytes"));
    }

    /**
     * The tag: the type index of a Node view, 4294967295 otherwise.
     *
     * @return the tag
     */
    public long tag() {
        return tag;
    }

    /**
     * The value inside.
     *
     * @return the value; null for a Node view
     */
    public @Nullable V8Value value() {
        return value;
    }

    /**
     * The bytes of a Node view.
     *
     * @return a new array; empty for other host objects
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The Node view as an ordinary one, on a buffer of its own.
     *
     * @return the view
     * @throws IllegalStateException if this is no Node view
     */
    public V8View toView() {
        V8View.Kind kind = value == null ? V8View.Kind.ofNodeIndex((int) tag) : null;
        if (kind == null) {
            throw new IllegalStateException("not a view of Node's");
        }
        return V8View.of(kind, V8ArrayBuffer.of(bytes));
    }

    /** The class name, for messages; nothing is shown that is not a plain name. */
    String className() {
        if (value instanceof V8Object object
                && object.property("type") instanceof V8String name
                && name.text().matches("[A-Za-z][A-Za-z0-9]{0,40}")) {
            return name.text();
        }
        return "unnamed";
    }

    @Override
    public String toString() {
        return value == null ? "V8Host(tag " + tag + ", " + bytes.length + " bytes)" : "V8Host(" + value + ")";
    }
}
