// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random values of plain Java. */
public final class PlainJava {

    private final Random random;
    private final Sharing sharing;

    /** Values by chance. */
    public PlainJava(Random random, Sharing sharing) {
        this.random = random;
        this.sharing = sharing;
    }

    /** A random value of so many levels at most. */
    public Object value(int depth) {
        int size = random.nextInt(5);
        return switch (random.nextInt(depth > 0 ? 14 : 10)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt();
            case 3 -> (1L << 40) + random.nextInt();
            case 4 -> random.nextGaussian();
            case 5 -> new BigInteger(random.nextInt(200), random).negate();
            case 6 -> Instant.ofEpochMilli(random.nextInt());
            case 7 -> random.nextInt(200);
            case 8, 9 -> text(random);
            case 10, 11 -> list(depth, size);
            case 12 -> {
                Map<Object, Object> map = new LinkedHashMap<>();
                boolean strings = random.nextBoolean();
                for (int i = 0; i < size; i++) {
                    map.put(strings ? text(random) : random.nextInt(), value(depth - 1));
                }
                yield map;
            }
            default -> new LinkedHashSet<>(distinct(size));
        };
    }

    private List<Object> list(int depth, int size) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(sharing == Sharing.SOME && i > 0 && random.nextInt(5) == 0 ? list.get(0) : value(depth - 1));
        }
        return list;
    }

    private Set<Object> distinct(int size) {
        Set<Object> members = new LinkedHashSet<>();
        for (int i = 0; i < size; i++) {
            members.add(random.nextBoolean() ? text(random) : random.nextInt(3));
        }
        return members;
    }

    static String text(Random random) {
        char[] units = new char[random.nextInt(6)];
        int widest = new int[] {0x7f, 0xff, 0xffff}[random.nextInt(3)];
        for (int i = 0; i < units.length; i++) {
            units[i] = random.nextInt(4) == 0 ? (char) ('0' + random.nextInt(10)) : (char) random.nextInt(widest + 1);
        }
        return new String(units);
    }

    /** Whether an instance may stand in two places. */
    public enum Sharing {
        /** It may. */
        SOME,
        /** It may not. */
        NONE
    }
}
