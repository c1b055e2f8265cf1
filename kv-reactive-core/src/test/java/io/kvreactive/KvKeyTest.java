// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvKeyTest {

    @Test
    void everyJavaNumberTypeIsTheSameJavaScriptNumber() {
        assertThat(KvKey.of(42))
                .isEqualTo(KvKey.of(42L))
                .isEqualTo(KvKey.of(42.0))
                .isEqualTo(KvKey.of((short) 42))
                .isEqualTo(KvKey.of((byte) 42))
                .isEqualTo(KvKey.of(42f));
        assertThat(KvKey.of(42)).isNotEqualTo(KvKey.of(BigInteger.valueOf(42)));
        assertThat(KvKey.of(0.0)).isNotEqualTo(KvKey.of(-0.0));
    }

    @Test
    void aNumberPartReadsAsLongWhenExactElseAsDouble() {
        assertThat(KvKey.of(42, -1L, 1.5, -0.0, 0, 9007199254740991L, 9007199254740992.0, Double.NaN)
                        .parts())
                .containsExactly(42L, -1L, 1.5, -0.0, 0L, 9007199254740991L, 9007199254740992.0, Double.NaN);
    }

    @Test
    void aLongThatANumberCannotHoldIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvKey.of("id", 9007199254740992L))
                .withMessageContaining("part 1")
                .withMessageContaining("BigInteger");
        assertThatIllegalArgumentException().isThrownBy(() -> KvKey.of(-9007199254740992L));
        assertThatIllegalArgumentException().isThrownBy(() -> KvKey.of(Long.MIN_VALUE));
    }

    @Test
    void otherTypesAreRefusedByTypeAndIndex() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvKey.of("a", new UUID(1, 2)))
                .withMessageContaining("part 1")
                .withMessageContaining("java.util.UUID")
                .withMessageContaining("a key part is a String");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvKey.of("a", KvKey.of("b")))
                .withMessageContaining("append");
    }

    @Test
    void changingAnArrayThatWasGivenOrTakenDoesNotChangeTheKey() {
        byte[] part = {1, 2};
        KvKey key = KvKey.of("a", part);
        byte[] encoded = key.encoded();
        part[0] = 9;
        encoded[0] = 9;
        ((byte[]) key.parts().get(1))[0] = 9;
        assertThat(key).isEqualTo(KvKey.of("a", new byte[] {1, 2}));
        byte[] bytes = key.encoded();
        KvKey decoded = KvKey.decode(bytes);
        bytes[0] = 9;
        assertThat(decoded).isEqualTo(key);
    }

    @Test
    void aBufferPartIsItsRemainingBytesAndStaysAsItWas() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}).position(1).limit(3);
        assertThat(KvKey.of(buffer)).isEqualTo(KvKey.of(new byte[] {1, 2}));
        assertThat(buffer.remaining()).isEqualTo(2);
    }

    @Test
    void appendContinuesTheKey() {
        assertThat(KvKey.of("a").append("b", 1)).isEqualTo(KvKey.of("a", "b", 1));
        assertThat(KvKey.empty().append()).isEqualTo(KvKey.empty());
        assertThat(KvKey.of("a", "b").startsWith(KvKey.of("a"))).isTrue();
        assertThat(KvKey.of("ab").startsWith(KvKey.of("a"))).isFalse();
        assertThat(KvKey.of("a\0b").startsWith(KvKey.of("a"))).isFalse();
        assertThat(KvKey.of("a\0b", 1).startsWith(KvKey.of("a\0b"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ff, unknown tag ff",
        "0261, unexpected end",
        "02c3280000, not UTF-8",
        "21000000, unexpected end",
        "15, unexpected end",
        "1d, unexpected end",
        "1d0a01, unexpected end",
        "0be0, unknown tag e0",
        "02edA08000, not UTF-8",
    })
    void aMalformedEncodingIsATypedErrorWithTheOffset(String hex, String message) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (hex.equals("0be0")) {
            bytes = HexFormat.of().parseHex("0261000ee0e0e0e0e0e0e0e0e0");
        }
        byte[] encoded = bytes;
        assertThatExceptionOfType(KvDecodeException.class)
                .isThrownBy(() -> KvKey.decode(encoded))
                .withMessageContaining(message)
                .withMessageContaining("at byte")
                .satisfies(e -> assertThat(e.rawKey()).isEqualTo(encoded))
                .satisfies(e -> assertThat(e.key()).isNull());
        assertThat(KvKey.shape(encoded)).isEqualTo("[undecodable, " + encoded.length + " bytes]");
    }

    @Test
    void integersLongerThanNeededAreReadAndKeptAsTheyAre() {
        byte[] encoded = {0x16, 0, 1};
        KvKey key = KvKey.decode(encoded);
        assertThat(key.parts()).containsExactly(BigInteger.ONE);
        assertThat(key.encoded()).isEqualTo(encoded);
    }

    @Test
    void randomBytesAreAKeyOrATypedError() {
        Random random = new Random(11);
        int keys = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) random.nextInt(0x28);
            }
            try {
                assertThat(KvKey.decode(bytes).encoded()).isEqualTo(bytes);
                keys++;
            } catch (KvDecodeException e) {
                assertThat(e.rawKey()).isEqualTo(bytes);
            }
        }
        assertThat(keys).isPositive();
    }

    @Test
    void randomKeysSurviveTheWayThereAndBackAndOrderAsTheirPartsDo() {
        Random random = new Random(12);
        for (int i = 0; i < 20_000; i++) {
            Object[] parts = new Object[random.nextInt(4)];
            Arrays.setAll(parts, at -> randomPart(random));
            KvKey key = KvKey.of(parts);
            assertThat(KvKey.of(KvKey.decode(key.encoded()).parts().toArray())).isEqualTo(key);
            double a = random.nextGaussian() * random.nextInt(1000);
            double b = random.nextGaussian() * random.nextInt(1000);
            assertThat(KvKey.of(a).compareTo(KvKey.of(b)) < 0).isEqualTo(Double.compare(a, b) < 0);
            BigInteger m =
                    new BigInteger(random.nextInt(200), random).subtract(BigInteger.TWO.pow(random.nextInt(200)));
            BigInteger n =
                    new BigInteger(random.nextInt(200), random).subtract(BigInteger.TWO.pow(random.nextInt(200)));
            assertThat(Integer.signum(KvKey.of(m).compareTo(KvKey.of(n)))).isEqualTo(m.compareTo(n));
        }
    }

    private static Object randomPart(Random random) {
        byte[] bytes = new byte[random.nextInt(5)];
        random.nextBytes(bytes);
        return switch (random.nextInt(5)) {
            case 0 -> bytes;
            case 1 ->
                random.ints(random.nextInt(4), 0, 0x10000)
                        .collect(StringBuilder::new, (s, c) -> s.append((char) c), StringBuilder::append)
                        .toString();
            case 2 -> new BigInteger(random.nextInt(90), random).negate();
            case 3 -> random.nextBoolean();
            default -> Double.longBitsToDouble(random.nextLong());
        };
    }

    @Test
    void theTextShowsThePartsAndTheShapeDoesNot() {
        KvKey key = KvKey.of("or\"ders", 42, BigInteger.TEN, true, new byte[] {10, 11}, 1.5);
        assertThat(key).hasToString("[\"or\\\"ders\", 42, 10n, true, Uint8Array(0a0b), 1.5]");
        assertThat(KvKey.of("a\0\n😀é")).hasToString("[\"a\\u0000\\u000a😀é\"]");
        assertThat(key.shape()).isEqualTo("[string(7), number, bigint, boolean, bytes(2), number]");
    }
}
