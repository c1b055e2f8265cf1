// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The names of the properties of one value, each once, by number. Those met in earlier values of the same factory are found, not made. Equal text is
 * one name, however it is stored.
 */
final class Names {

    private static final int MAX_SHARED = 1_000;
    private static final int LONGEST_SHARED = 64;

    private final Shared shared;
    private final Table known;
    private @Nullable Table added;

    private Names(Shared shared) {
        this.shared = shared;
        this.known = shared.table.get();
    }

    /** The number of the name that these bytes spell, one a unit. */
    int of(byte[] bytes, int from, int length) {
        int hash = shared.seed;
        for (int i = from; i < from + length; i++) {
            hash = step(hash, bytes[i] & 0xff);
        }
        int found = known.find(hash, bytes, from, length);
        if (found >= 0) {
            return found;
        }
        Table more = added();
        found = more.find(hash, bytes, from, length);
        if (found < 0) {
            found = more.add(hash, Text.latin1(bytes, from, length));
        }
        return known.size + found;
    }

    /** The number of a name. */
    int of(String text) {
        int hash = shared.seed;
        for (int i = 0; i < text.length(); i++) {
            hash = step(hash, text.charAt(i));
        }
        int found = known.find(hash, text);
        if (found >= 0) {
            return found;
        }
        Table more = added();
        found = more.find(hash, text);
        if (found < 0) {
            found = more.add(hash, text);
        }
        return known.size + found;
    }

    String at(int number) {
        return number < known.size ? known.names[number] : added().names[number - known.size];
    }

    /** How many there are. */
    int count() {
        return known.size + (added == null ? 0 : added.size);
    }

    /** Hands new names to values to come. */
    void share() {
        Table more = added;
        if (more == null || known.size >= MAX_SHARED) {
            return;
        }
        Table next = new Table(known);
        for (int i = 0; i < more.size && next.size < MAX_SHARED; i++) {
            if (more.names[i].length() <= LONGEST_SHARED) {
                // Jackson compares names by identity first, and its own are interned.
                next.add(more.hashes[i], more.names[i].intern());
            }
        }
        // Whoever was first wins; the others' names will come again.
        shared.table.compareAndSet(known, next);
    }

    private Table added() {
        Table table = added;
        if (table == null) {
            table = new Table();
            added = table;
        }
        return table;
    }

    private static int step(int hash, int unit) {
        return (hash ^ unit) * 0x01000193;
    }

    /** What the values of one factory share. */
    static final class Shared {

        private final AtomicReference<Table> table = new AtomicReference<>(new Table());

        /** Not the same in every process, so that nobody can prepare names that collide. */
        private final int seed = System.identityHashCode(this) * 0x9E3779B9;

        Names open() {
            return new Names(this);
        }
    }

    /** Open addressing; frozen once it is shared. */
    private static final class Table {

        private String[] names = new String[16];
        private int[] hashes = new int[16];
        private int[] slots = new int[32];
        private int size;

        Table() {}

        Table(Table that) {
            names = that.names.clone();
            hashes = that.hashes.clone();
            slots = that.slots.clone();
            size = that.size;
        }

        int find(int hash, byte[] bytes, int from, int length) {
            for (int at = slot(hash); slots[at] != 0; at = at + 1 & slots.length - 1) {
                int candidate = slots[at] - 1;
                if (hashes[candidate] == hash && spells(names[candidate], bytes, from, length)) {
                    return candidate;
                }
            }
            return -1;
        }

        int find(int hash, String text) {
            for (int at = slot(hash); slots[at] != 0; at = at + 1 & slots.length - 1) {
                int candidate = slots[at] - 1;
                if (hashes[candidate] == hash && names[candidate].equals(text)) {
                    return candidate;
                }
            }
            return -1;
        }

        int add(int hash, String name) {
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                hashes = Arrays.copyOf(hashes, size * 2);
                slots = new int[size * 4];
                for (int i = 0; i < size; i++) {
                    occupy(i);
                }
            }
            names[size] = name;
            hashes[size] = hash;
            occupy(size);
            return size++;
        }

        private void occupy(int number) {
            int at = slot(hashes[number]);
            while (slots[at] != 0) {
                at = at + 1 & slots.length - 1;
            }
            slots[at] = number + 1;
        }

        private int slot(int hash) {
            return (hash ^ hash >>> 15) & slots.length - 1;
        }

        private static boolean spells(String name, byte[] bytes, int from, int length) {
            if (name.length() != length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (name.charAt(i) != (bytes[from + i] & 0xff)) {
                    return false;
                }
            }
            return true;
        }
    }
}
