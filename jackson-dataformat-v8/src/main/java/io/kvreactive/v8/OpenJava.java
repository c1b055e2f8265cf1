// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import org.jspecify.annotations.Nullable;

/** A Java collection whose end has not come yet. */
abstract class OpenJava {

    /** The weight of what contains itself: it could not be hashed. */
    static final long ENDLESS = Long.MAX_VALUE / 4;

    static final int UNKNOWN_HEIGHT = -1;

    private static final int NO_ID = -1;

    /** As many levels as hashCode may recurse through on an ordinary stack. */
    private static final int MAX_HASHED_HEIGHT = 500;

    /** As many nodes as may be hashed for the keys of one Map or the members of one Set. */
    private static final long MAX_HASHED_NODES = 1_000_000;

    final NaturalReader reader;
    int id;

    @Nullable
    OpenJava parent;

    /** How many nodes hashCode would visit, shared ones each time. */
    long weight = 1;

    int height = 1;
    private int childId = NO_ID;
    private long childWeight;
    private int childHeight;
    private long hashed;

    OpenJava(NaturalReader reader) {
        this.reader = reader;
    }

    void begin(int id, @Nullable OpenJava parent) {
        this.id = id;
        this.parent = parent;
    }

    abstract Object self();

    /** Takes the key that the current token is. */
    void key() {
        throw new IllegalStateException("keys stand in objects and arrays only");
    }

    abstract void add(@Nullable Object value);

    void finish() {}

    /** Tells the identity and the size of the value that {@link #add} will bring next; without it, it is a primitive. */
    void childWas(int id, long weight, int height) {
        childId = id;
        childWeight = weight;
        // A reference does not tell its height; that of the nodes it stands for is no greater than their number.
        childHeight = height == UNKNOWN_HEIGHT ? (int) Math.min(weight, MAX_HASHED_HEIGHT + 1) : height;
    }

    /** To be called for every value added: sums up and returns the id of the value, -1 for a primitive. */
    final int count() {
        int counted = childId;
        if (counted == NO_ID) {
            weight = Math.min(weight + 1, ENDLESS);
        } else {
            weight = Math.min(weight + Math.max(childWeight, 1), ENDLESS);
            height = Math.max(height, childHeight + 1);
            childId = NO_ID;
        }
        return counted;
    }

    /** Refuses what {@code hashCode} could not bear: shared references can make it exponential, and cycles endless. */
    final void requireHashable(int counted, String what) {
        if (counted == NO_ID) {
            return;
        }
        hashed += childWeight;
        if (hashed > MAX_HASHED_NODES || childHeight > MAX_HASHED_HEIGHT) {
            throw reader.lossy("too large a value as " + what
                    + ": equals and hashCode of Java's collections would not end in time; "
                    + "V8Map or V8Set, as V8.decodeModel reads them, carries it");
        }
    }
}
