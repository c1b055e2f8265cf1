// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.util.Arrays;

/**
 * Checks a plain value and writes its tokens to a tape, in one pass. It knows only what nearly all values consist of, and only as V8 and this
 * library write it; at anything else, malformed or merely rare, it gives up, and the value is left to {@link NodeTableReader}. So it never says
 * what is wrong, and never accepts what the other refuses. docs/spec/v8-structured-clone.md, section 2.6.
 */
final class TapeReader {

    private static final byte ROOT = 0;
    private static final byte OBJECT = 'o';
    private static final byte DENSE = 'A';
    private static final byte SPARSE = 'a';
    private static final byte SET = '\'';

    private static final int OLDEST = 14;
    private static final int NEWEST = 16;
    private static final int GIVEN_UP = -1;
    private static final long NO_INT = -1L;
    private static final int SAVED = 3;
    private static final int[] NO_OWNERS = {};

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final int maxDepth;
    private final Names names;
    private final Tape tape;

    // The container that is open; what encloses it is stored away.
    private byte shape = ROOT;
    private int first;
    private int count;
    private int length = 1;
    /** A bit for the number of each name; names that are met together have numbers close to each other. */
    private long seen;

    private boolean doubtful;
    private int depth;
    private long[] outer = new long[4 * SAVED];
    private int[] owners = NO_OWNERS;

    TapeReader(byte[] bytes, int start, int length, int maxDepth, Names names, Tape tape) {
        this.bytes = bytes;
        this.start = start;
        this.end = start + length;
        this.maxDepth = maxDepth;
        this.names = names;
        this.tape = tape;
    }

    /** Whether the value is plain, and on the tape. */
    boolean read() {
        try {
            return readAll();
        } catch (ArrayIndexOutOfBoundsException e) {
            // The end is not looked for at every byte: who gets beyond it leaves the array, or does not stop at the
            // end.
            return false;
        }
    }

    private boolean readAll() {
        if (bytes[start] != (byte) 0xff || bytes[start + 1] < OLDEST || bytes[start + 1] > NEWEST) {
            return false;
        }
        int at = start + 2;
        while (at > 0) {
            switch (shape) {
                case OBJECT -> {
                    if (bytes[at] == '{') {
                        at = endObject(at);
                        continue;
                    }
                    at = name(at);
                }
                case SET -> {
                    if (bytes[at] == ',') {
                        at = endSet(at);
                        continue;
                    }
                    count++;
                }
                case ROOT -> {
                    if (count++ == 1) {
                        return finished(at);
                    }
                }
                default -> {
                    if (count == length) {
                        at = endArray(at);
                        continue;
                    }
                    if (shape == SPARSE) {
                        at = index(at, count);
                    }
                    count++;
                }
            }
            if (at > 0) {
                at = value(at);
            }
        }
        return false;
    }

    private boolean finished(int at) {
        tape.add(Tape.END, at - start, 0);
        return at == end;
    }

    /** An unsigned integer in as few bytes as it takes, otherwise something negative. */
    private long varint(int at) {
        byte first = bytes[at];
        return first >= 0 ? first : longVarint(at);
    }

    private long longVarint(int at) {
        long value = bytes[at] & 0x7f;
        for (int i = 1; i < 5; i++) {
            byte b = bytes[at + i];
            value |= (b & 0x7fL) << (7 * i);
            if (b >= 0) {
                return b == 0 || value >>> 32 != 0 ? NO_INT : value;
            }
        }
        return NO_INT;
    }

    /** How many bytes such an integer takes. */
    static int width(long varint) {
        return varint < 1 << 7 ? 1 : (70 - Long.numberOfLeadingZeros(varint)) / 7;
    }

    private int name(int from) {
        int at = from;
        // V8 pads strings of two bytes a unit.
        while (bytes[at] == 0) {
            at++;
        }
        int tagAt = at - start;
        long more = varint(at + 1);
        int number;
        switch (bytes[at]) {
            case '"' -> {
                at += 1 + width(more);
                if (more < 0 || more > end - at) {
                    return GIVEN_UP;
                }
                number = names.of(bytes, at, (int) more);
                at += (int) more;
            }
            case 'I' -> {
                at += 1 + width(more);
                if (more < 0) {
                    return GIVEN_UP;
                }
                number = names.of(Integer.toString(integer(more)));
            }
            case 'c' -> {
                at += 1 + width(more);
                if (more < 0 || more > end - at || (more & 1) != 0) {
                    return GIVEN_UP;
                }
                number = names.of(Content.utf16(bytes, at, (int) more));
                at += (int) more;
            }
            default -> {
                return GIVEN_UP;
            }
        }
        long bit = 1L << number;
        doubtful |= (seen & bit) != 0;
        seen |= bit;
        count++;
        tape.add(Tape.NAME, tagAt, number);
        return at;
    }

    private static int integer(long zigzag) {
        return (int) (zigzag >>> 1) ^ -(int) (zigzag & 1);
    }

    /** The key of the next element of an array that Deno read before it wrote it. */
    private int index(int at, int wanted) {
        return bytes[at] == 'I' && varint(at + 1) == 2L * wanted ? at + 1 + width(2L * wanted) : GIVEN_UP;
    }

    private int value(int from) {
        int at = from;
        while (bytes[at] == 0) {
            at++;
        }
        return switch (bytes[at]) {
            case '"' -> string(Tape.LATIN1, at);
            case 'I' -> int32(at);
            case 'N' -> eightBytes(Tape.DOUBLE, at);
            case 'T' -> word(Tape.TRUE, at);
            case 'F' -> word(Tape.FALSE, at);
            case '0' -> word(Tape.NULL, at);
            case '_' -> word(Tape.UNDEFINED, at);
            case 'o' -> open(OBJECT, Tape.OBJECT, at, 0);
            case 'A' -> openArray(DENSE, at);
            case 'c' -> string(Tape.UTF16, at);
            default -> lessUsual(at);
        };
    }

    private int lessUsual(int at) {
        return switch (bytes[at]) {
            case 'D' -> eightBytes(Tape.DATE, at);
            case '\'' -> open(SET, Tape.SET, at, 0);
            case 'Z' -> bigint(at);
            case 'B' -> uint8Array(at);
            case 'a' -> openArray(SPARSE, at);
            case 'S' -> string(Tape.UTF8, at);
            default -> GIVEN_UP;
        };
    }

    private int word(int kind, int at) {
        tape.add(kind, at - start, 0);
        return at + 1;
    }

    private int int32(int at) {
        long zigzag = varint(at + 1);
        tape.add(Tape.INT32, at - start, integer(zigzag));
        return zigzag < 0 ? GIVEN_UP : at + 1 + width(zigzag);
    }

    private int string(int kind, int at) {
        long length = varint(at + 1);
        int from = at + 1 + width(length);
        if (length < 0 || length > end - from || (kind == Tape.UTF16 && (length & 1) != 0)) {
            return GIVEN_UP;
        }
        tape.add(kind, at - start, (int) length);
        return from + (int) length;
    }

    private int eightBytes(int kind, int at) {
        tape.add(kind, at - start, 0);
        return at + 1 + Long.BYTES;
    }

    private int bigint(int at) {
        long field = varint(at + 1);
        int from = at + 1 + width(field);
        if (field < 0 || field == 1 || field >>> 1 > end - from) {
            return GIVEN_UP;
        }
        tape.add(Tape.BIGINT, at - start, (int) field);
        return from + (int) (field >>> 1);
    }

    /** A buffer and a Uint8Array that shows all of it. The word stands for the view, which follows the bytes. */
    private int uint8Array(int at) {
        long length = varint(at + 1);
        int width = width(length);
        if (length < 0 || length > end - at) {
            return GIVEN_UP;
        }
        int viewAt = at + 1 + width + (int) length;
        boolean whole = bytes[viewAt] == 'V'
                && bytes[viewAt + 1] == 'B'
                && bytes[viewAt + 2] == 0
                && varint(viewAt + 3) == length
                && bytes[viewAt + 3 + width] == 0;
        tape.add(Tape.BYTES, viewAt - start, (int) length);
        return whole ? viewAt + 4 + width : GIVEN_UP;
    }

    private int openArray(byte opened, int at) {
        long elements = varint(at + 1);
        // Each takes a byte at least.
        return elements > end - at ? GIVEN_UP : open(opened, Tape.ARRAY, at, (int) elements);
    }

    private int open(byte opened, int kind, int at, int elements) {
        if (elements < 0 || depth == maxDepth) {
            return GIVEN_UP;
        }
        if ((depth + 1) * SAVED > outer.length) {
            outer = Arrays.copyOf(outer, outer.length * 2);
        }
        int saved = depth++ * SAVED;
        outer[saved] = (long) first << 32 | count;
        outer[saved + 1] = (long) length << 32 | shape << 1 | (doubtful ? 1 : 0);
        outer[saved + 2] = seen;
        shape = opened;
        first = tape.size();
        count = 0;
        length = elements;
        seen = 0;
        doubtful = false;
        tape.add(kind, at - start, 0);
        return kind == Tape.ARRAY ? at + 1 + width(elements) : at + 1;
    }

    private void close(int kind, int at) {
        tape.tellMore(first, tape.size());
        tape.add(kind, at - start, first);
        int saved = --depth * SAVED;
        first = (int) (outer[saved] >>> 32);
        count = (int) outer[saved];
        length = (int) (outer[saved + 1] >>> 32);
        shape = (byte) ((int) outer[saved + 1] >> 1);
        doubtful = (outer[saved + 1] & 1) != 0;
        seen = outer[saved + 2];
    }

    private int endObject(int at) {
        int names = count;
        if (varint(at + 1) != names || (doubtful && !namesDiffer())) {
            return GIVEN_UP;
        }
        close(Tape.END_OBJECT, at);
        return at + 1 + width(names);
    }

    private int endSet(int at) {
        int members = count;
        if (varint(at + 1) != members) {
            return GIVEN_UP;
        }
        close(Tape.END_ARRAY, at);
        return at + 1 + width(members);
    }

    private int endArray(int at) {
        int elements = length;
        int keys = shape == DENSE ? 0 : elements;
        if (bytes[at] != (shape == DENSE ? '$' : '@')
                || varint(at + 1) != keys
                || varint(at + 1 + width(keys)) != elements) {
            return GIVEN_UP;
        }
        close(Tape.END_ARRAY, at);
        return at + 1 + width(keys) + width(elements);
    }

    /** Whether no name of the object is there twice, where the bits leave that open. */
    private boolean namesDiffer() {
        if (owners.length < names.count()) {
            owners = Arrays.copyOf(owners, Math.max(names.count(), owners.length * 2));
        }
        for (int word = first + 1; word < tape.size(); word = tape.after(word + 1)) {
            int number = Tape.more(tape.at(word));
            if (owners[number] == first + 1) {
                return false;
            }
            owners[number] = first + 1;
        }
        return true;
    }
}
