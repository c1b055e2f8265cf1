// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Where a generator puts the values, one after the other; whether one may stand in its place the generator has checked. */
interface Output {

    /** Writes null, a boolean, a number, plain Java of any kind, or a model value. */
    void value(@Nullable Object value);

    void int32(int value);

    void number(double value);

    void bigint(BigInteger value);

    /** Writes a string, or the key of a property. */
    void string(String text);

    void binary(byte[] content, int from, int length);

    /** Begins an object and returns the id by which it can be referred to, as the other starts do. */
    int startObject();

    int startMap();

    int startSet();

    /** Begins an array of so many elements, or of an unknown number, which is -1. */
    int startArray(int length);

    /** Ends what was begun last. */
    void end();

    void reference(int id);

    /** The complete value. */
    byte[] toByteArray();
}
