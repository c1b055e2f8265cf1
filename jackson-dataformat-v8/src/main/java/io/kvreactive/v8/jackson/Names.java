// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The names of the properties of one value, each once, by number. Those met in earlier values of the same factory are found, not made. Equal text is
 * one name, however it is stored.
 *
 * <p>A name of one byte a unit is known by its first eight bytes, its last eight and its length; only one longer than sixteen has more to compare.
 */
final class Names {

    private static final int MAX_SHARED = 1_000;
    private static final int LONGEST_SHARED = 64;
    private static final int WORD = Long.BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Shared shared;
    private final Table known;
    private @Nullable Table added;
    /** The known name that was asked for last: the one that came after it the last time comes most likely again. */
    private int last;

    private Names(Shared shared) {
        this.shared = shared;
        this.known = shared.table.get();
    }

    /** The number of the name that these bytes spell, one a unit. */
    int of(byte[] bytes, int from, int length) {
        long head = length < WORD ? few(bytes, from, length) : (long) LONGS.get(bytes, from);
        long tail = length <= WORD ? 0 : (long) LONGS.get(bytes, from + length - WORD);
        int guess = known.followers[last];
        if (guess < known.size && known.is(guess, head, tail, length, bytes, from)) {
            last = guess;
            return guess;
        }
        int hash = shared.hash(head, tail + length);
        int found = known.find(hash, head, tail, length, bytes, from);
        if (found < 0) {
            return known.size + added(hash, head, tail, length, bytes, from);
        }
        known.followers[last] = found;
        last = found;
        return found;
    }

    private int added(int hash, long head, long tail, int length, byte[] bytes, int from) {
        Table more = added();
        int found = more.find(hash, head, tail, length, bytes, from);
        return found >= 0 ? found : more.add(hash, head, tail, length, Content.latin1(bytes, from, length));
    }

    /** The number of a name. */
    int of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return ofWide(text);
            }
        }
        return of(text.getBytes(StandardCharsets.ISO_8859_1), 0, text.length());
    }

    /** Of a name that takes two bytes a unit; its length is told as negative. */
    private int ofWide(String text) {
        int hash = shared.hash(text.hashCode(), text.length());
        int found = known.find(hash, text);
        if (found >= 0) {
            return found;
        }
        Table more = added();
        found = more.find(hash, text);
        return known.size + (found >= 0 ? found : more.add(hash, 0, 0, -text.length(), text));
    }

    String at(int number) {
        return number < known.size ? known.names[number] : added().names[number - known.size];
    }

    /** How many there are. */
    int count() {
        return known.size + (added == null ? 0 : added.size);
    }

    /** Hands new names to values to come, if they have been new before: many keys of maps never come again. */
    void share() {
        Table more = added;
        if (more == null) {
            return;
        }
        Table next = null;
        for (int i = 0; i < more.size; i++) {
            String name = more.names[i];
            if (name.length() <= LONGEST_SHARED && shared.comesAgain(more.hashes[i])) {
                if (next == null) {
                    next = known.size < MAX_SHARED ? new Table(known) : new Table();
                }
                // Jackson compares names by identity first, and its own are interned.
                next.add(more.hashes[i], more.heads[i], more.tails[i], more.lengths[i], name.intern());
            }
        }
        if (next != null) {
            // Whoever was first wins; the others' names will come again.
            shared.table.compareAndSet(known, next);
        }
    }

    private Table added() {
        Table table = added;
        if (table == null) {
            table = new Table();
            added = table;
        }
        return table;
    }

    /** Less than eight bytes as the low bytes of a long. */
    private static long few(byte[] bytes, int from, int length) {
        if (from + WORD <= bytes.length) {
            return (long) LONGS.get(bytes, from) & ((1L << (WORD * length)) - 1);
        }
        long few = 0;
        for (int i = length - 1; i >= 0; i--) {
            few = few << WORD | (bytes[from + i] & 0xff);
        }
        return few;
    }

    /** What the values of one factory share. */
    static final class Shared {

        private static final int CANDIDATES = 1 << 10;

        private final AtomicReference<Table> table = new AtomicReference<>(new Table());

        /** Hashes of names that were new to some value. A race loses one of them, which costs nothing but time. */
        private final int[] candidates = new int[CANDIDATES];

        /** Not the same in every process, so that nobody can prepare names that collide. */
        private final long seed = System.identityHashCode(this) * 0x9E3779B97F4A7C15L;

        private final long otherSeed = Long.rotateLeft(seed, 31) * 0xD6E8FEB86659FD93L;

        Names open() {
            return new Names(this);
        }

        private int hash(long a, long b) {
            long x = a ^ seed;
            long y = b ^ otherSeed;
            long product = x * y ^ Math.multiplyHigh(x, y);
            return (int) (product ^ product >>> 32);
        }

        private boolean comesAgain(int hash) {
            int at = hash >>> 5 & CANDIDATES - 1;
            if (candidates[at] == hash) {
                return true;
            }
            candidates[at] = hash;
            return false;
        }
    }

    /** Open addressing; frozen once it is shared. */
    private static final class Table {

        private String[] names = new String[16];
        private int[] hashes = new int[16];
        private long[] heads = new long[16];
        private long[] tails = new long[16];
        private int[] lengths = new int[16];
        /** Which name came after each; a guess, so that threads need not agree on it. */
        private int[] followers = new int[16];

        private int[] slots = new int[32];
        private int size;

        Table() {}

        Table(Table that) {
            names = that.names.clone();
            hashes = that.hashes.clone();
            heads = that.heads.clone();
            tails = that.tails.clone();
            lengths = that.lengths.clone();
            followers = that.followers.clone();
            slots = that.slots.clone();
            size = that.size;
        }

        int find(int hash, long head, long tail, int length, byte[] bytes, int from) {
            int mask = slots.length - 1;
            for (int at = hash & mask; slots[at] != 0; at = at + 1 & mask) {
                int candidate = slots[at] - 1;
                if (is(candidate, head, tail, length, bytes, from)) {
                    return candidate;
                }
            }
            return -1;
        }

        boolean is(int candidate, long head, long tail, int length, byte[] bytes, int from) {
            return heads[candidate] == head
                    && tails[candidate] == tail
                    && lengths[candidate] == length
                    && (length <= 2 * WORD || spells(names[candidate], bytes, from, length));
        }

        int find(int hash, String text) {
            int mask = slots.length - 1;
            for (int at = hash & mask; slots[at] != 0; at = at + 1 & mask) {
                int candidate = slots[at] - 1;
                if (hashes[candidate] == hash && names[candidate].equals(text)) {
                    return candidate;
                }
            }
            return -1;
        }

        int add(int hash, long head, long tail, int length, String name) {
            if (size == names.length) {
                grow();
            }
            names[size] = name;
            hashes[size] = hash;
            heads[size] = head;
            tails[size] = tail;
            lengths[size] = length;
            occupy(size);
            return size++;
        }

        private void grow() {
            names = Arrays.copyOf(names, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
            heads = Arrays.copyOf(heads, size * 2);
            tails = Arrays.copyOf(tails, size * 2);
            lengths = Arrays.copyOf(lengths, size * 2);
            followers = Arrays.copyOf(followers, size * 2);
            slots = new int[size * 4];
            for (int i = 0; i < size; i++) {
                occupy(i);
            }
        }

        private void occupy(int number) {
            int mask = slots.length - 1;
            int at = hashes[number] & mask;
            while (slots[at] != 0) {
                at = at + 1 & mask;
            }
            slots[at] = number + 1;
        }

        private static boolean spells(String name, byte[] bytes, int from, int length) {
            for (int i = WORD; i < length - WORD; i++) {
                if (name.charAt(i) != (bytes[from + i] & 0xff)) {
                    return false;
                }
            }
            return true;
        }
    }
}
