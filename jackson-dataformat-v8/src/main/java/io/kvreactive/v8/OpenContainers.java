// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The containers that are open while a value is read: their counts, their keys, the path to where the reader stands. */
final class OpenContainers {

    private static final int LONGEST_KEY_IN_PATH = 40;

    private final ByteSource in;
    private final V8Options options;
    private Frame[] frames = new Frame[8];
    private int depth;
    private int openHosts;
    private boolean callerChecksObjectKeys;

    OpenContainers(ByteSource in, V8Options options) {
        this.in = in;
        this.options = options;
        in.locateWith(this::path);
    }

    void callerChecksObjectKeys() {
        callerChecksObjectKeys = true;
    }

    int depth() {
        return depth;
    }

    @Nullable
    Frame top() {
        return depth == 0 ? null : frames[depth - 1];
    }

    void push(byte kind, int id, long length, int offset) {
        if (depth == options.maxDepth()) {
            throw in.malformed(
                    V8FormatException.Kind.DEPTH,
                    "more than the " + options.maxDepth() + " levels that V8Options.maxDepth allows",
                    offset);
        }
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
        }
        Frame frame = frames[depth];
        if (frame == null) {
            frame = new Frame();
            frames[depth] = frame;
        }
        depth++;
        frame.open(kind, id, length);
        if (kind == Tag.HOST) {
            openHosts++;
        }
    }

    void pop() {
        depth--;
        if (frames[depth].kind == Tag.HOST) {
            openHosts--;
        }
    }

    /** V8 knows a host object only when it is complete. */
    boolean isOpenHost(int id) {
        if (openHosts > 0) {
            for (int i = 0; i < depth; i++) {
                if (frames[i].kind == Tag.HOST && frames[i].id == id) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Refuses a key that was there before, or that lies outside of its array. */
    void checkKey(Frame frame, Payload key, int offset) {
        frame.keyOffset = offset;
        if (frame.kind == Tag.OBJECT) {
            if (!callerChecksObjectKeys && !frame.addKey(key.keyIdentity())) {
                throw repeatedKey(offset);
            }
            return;
        }
        Object identity = key.keyIdentity();
        if (identity.equals("length")) {
            throw in.malformed(V8FormatException.Kind.BAD_KEY, "the key length in an array", offset);
        }
        if (identity instanceof Long index) {
            checkIndex(frame, index, offset);
        } else if (!frame.addKey(identity)) {
            throw repeatedKey(offset);
        }
    }

    private void checkIndex(Frame frame, long index, int offset) {
        if (index >= frame.length && options.strictness() == V8Options.Strictness.STRICT) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_KEY,
                    "element " + index + " in an array of length " + frame.length
                            + "; V8Options.Strictness.AS_V8 lengthens the array",
                    offset);
        }
        if (!frame.addIndex(index)) {
            throw repeatedKey(offset);
        }
    }

    private V8FormatException repeatedKey(int offset) {
        return in.malformed(V8FormatException.Kind.BAD_KEY, "a key that was there before", offset);
    }

    void checkCounts(Frame frame, int stored, int offset) {
        if (stored != frame.properties) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_COUNT,
                    "a closing count of " + Integer.toUnsignedString(stored) + " after " + frame.properties,
                    offset);
        }
    }

    void checkLength(Frame frame, int stored, int offset) {
        if (Integer.toUnsignedLong(stored) != frame.length) {
            throw in.malformed(
                    V8FormatException.Kind.BAD_COUNT,
                    "a closing length of " + Integer.toUnsignedString(stored) + " for an array of length "
                            + frame.length,
                    offset);
        }
    }

    String path() {
        StringBuilder path = new StringBuilder("$");
        for (int i = 0; i < depth; i++) {
            appendStep(path, frames[i]);
        }
        return path.toString();
    }

    private void appendStep(StringBuilder path, Frame frame) {
        switch (frame.kind) {
            case Tag.MAP -> Paths.entry(path, frame.properties - 1);
            case Tag.SET -> Paths.member(path, frame.properties - 1);
            case Tag.ERROR -> {
                if (frame.expectsCause) {
                    Paths.cause(path);
                }
            }
            case Tag.HOST -> Paths.host(path);
            default -> {
                if (frame.insideKey) {
                    return;
                }
                if (frame.properties > 0) {
                    Paths.key(path, keyAt(frame.keyOffset));
                } else if (frame.items > 0) {
                    Paths.index(path, frame.items - 1);
                }
            }
        }
    }

    private String keyAt(int offset) {
        ByteSource again = in.fork();
        again.seek(offset);
        Payload key = new Payload(again, this, options);
        key.key(again.next(), offset);
        String text = key.keyText();
        return text.length() <= LONGEST_KEY_IN_PATH ? text : text.substring(0, LONGEST_KEY_IN_PATH) + "...";
    }

    /** One open container; reused for the next one at the same depth. */
    static final class Frame {

        private static final int FEW = 16;

        byte kind;
        int id;
        /** Of an array, as stored at its start. */
        long length;
        /** Elements of a dense array so far. */
        int items;
        /** Properties so far; keys and values of a Map, members of a Set, fields of an error as a bit set. */
        int properties;
        /** Whether a key (or a field of an error) comes next rather than a value. */
        boolean keyNext;

        boolean expectsCause;
        /** While a key is being read it can be no step of a path yet. */
        boolean insideKey;

        int keyOffset;
        private long run;
        private @Nullable BitSet holes;
        private final @Nullable Object[] fewKeys = new Object[FEW];
        private int keyCount;
        /** A bit for the hash of every key that is there; most new keys have one of their own. */
        private long keyFilter;

        private @Nullable HashSet<Object> keys;

        void open(byte kind, int id, long length) {
            this.kind = kind;
            this.id = id;
            this.length = length;
            items = 0;
            properties = 0;
            keyNext = true;
            expectsCause = false;
            insideKey = false;
            run = 0;
            holes = null;
            keyCount = 0;
            keyFilter = 0;
        }

        boolean isArray() {
            return kind == Tag.DENSE || kind == Tag.SPARSE;
        }

        byte endTag() {
            return switch (kind) {
                case Tag.OBJECT -> Tag.END_OBJECT;
                case Tag.DENSE -> Tag.END_DENSE;
                case Tag.SPARSE -> Tag.END_SPARSE;
                case Tag.MAP -> Tag.END_MAP;
                default -> Tag.END_SET;
            };
        }

        void hole() {
            if (holes == null) {
                holes = new BitSet();
            }
            holes.set(items++);
        }

        /** Nearly all objects have few keys, which are compared sooner than hashed. */
        boolean addKey(Object identity) {
            long bit = 1L << identity.hashCode();
            boolean perhapsKnown = (keyFilter & bit) != 0;
            keyFilter |= bit;
            if (keyCount >= FEW) {
                return allKeys().add(identity);
            }
            if (perhapsKnown && hasKey(identity)) {
                return false;
            }
            fewKeys[keyCount++] = identity;
            return true;
        }

        private Set<Object> allKeys() {
            if (keys == null) {
                keys = new HashSet<>();
            }
            if (keyCount == FEW) {
                keys.clear();
                keys.addAll(Arrays.asList(fewKeys));
                keyCount++;
            }
            return keys;
        }

        private boolean hasKey(Object identity) {
            if (keyCount >= FEW) {
                return allKeys().contains(identity);
            }
            for (int i = 0; i < keyCount; i++) {
                if (identity.equals(fewKeys[i])) {
                    return true;
                }
            }
            return false;
        }

        /** Arrays come in order nearly always: only indexes out of order are remembered one by one. */
        boolean addIndex(long index) {
            if (kind == Tag.DENSE && index < items) {
                if (holes == null || !holes.get((int) index)) {
                    return false;
                }
                holes.clear((int) index);
                return true;
            }
            if (index < run) {
                return false;
            }
            if (index > run) {
                return addKey(index);
            }
            if (hasKey(index)) {
                return false;
            }
            run++;
            return true;
        }
    }
}
