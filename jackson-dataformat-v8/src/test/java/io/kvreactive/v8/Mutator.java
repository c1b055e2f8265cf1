// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import io.kvreactive.testsupport.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages vectors at random. */
public final class Mutator {

    private static final int LONGEST = 2_000;

    private final List<byte[]> seeds = new ArrayList<>();

    /** Over all vectors, well-formed and malformed ones, that are not too long. */
    public Mutator() {
        for (String file : List.of("values.json", "values-invalid.json")) {
            Vectors.cases(file, "cases").forEach(c -> {
                byte[] bytes = Vectors.bytes(c);
                if (bytes.length <= LONGEST) {
                    seeds.add(bytes);
                }
            });
        }
    }

    /** How many vectors there are. */
    public int seeds() {
        return seeds.size();
    }

    /** One of the vectors, damaged in up to three places. */
    public byte[] mutate(Random random) {
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        int rounds = 1 + random.nextInt(3);
        for (int i = 0; i < rounds; i++) {
            bytes = mutateOnce(bytes, random);
        }
        return bytes;
    }

    private byte[] mutateOnce(byte[] bytes, Random random) {
        if (bytes.length < 3) {
            return splice(bytes, random);
        }
        int at = 2 + random.nextInt(bytes.length - 2);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = tag(random);
            case 3 -> {
                return insert(bytes, at, new byte[] {tag(random)});
            }
            case 4 -> {
                return delete(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)));
            }
            case 5 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 6 -> {
                return insert(bytes, at, varint(random));
            }
            default -> {
                return splice(bytes, random);
            }
        }
        return bytes;
    }

    private static byte tag(Random random) {
        String tags = "\0?-_0TFIUNZS\"c^o{A$a@Dyxnzs R;:',BC~Vr\\.mscETt";
        return (byte) tags.charAt(random.nextInt(tags.length()));
    }

    private static byte[] varint(Random random) {
        byte[] varint = new byte[1 + random.nextInt(10)];
        random.nextBytes(varint);
        for (int i = 0; i < varint.length - 1; i++) {
            varint[i] |= (byte) 0x80;
        }
        varint[varint.length - 1] &= 0x7f;
        return varint;
    }

    private byte[] splice(byte[] bytes, Random random) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int head = Math.min(bytes.length, 2 + random.nextInt(Math.max(1, bytes.length)));
        int tail = random.nextInt(other.length + 1);
        byte[] spliced = Arrays.copyOf(bytes, head + other.length - tail);
        System.arraycopy(other, tail, spliced, head, other.length - tail);
        return spliced;
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, at, more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        return longer;
    }

    private static byte[] delete(byte[] bytes, int from, int to) {
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }
}
