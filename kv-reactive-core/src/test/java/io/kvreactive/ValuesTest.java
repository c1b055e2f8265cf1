// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.DatabaseUrl;
import io.kvreactive.spi.ReadRange;
import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small value types. */
class ValuesTest {

    @Test
    void aVersionstampIsTenBytesShownAsHexAndOrderedUnsigned() {
        Versionstamp stamp = Versionstamp.parse("00000000000001DE0102");
        assertThat(stamp).hasToString("00000000000001de0102").isEqualTo(Versionstamp.of(stamp.toByteArray()));
        assertThat(stamp.version()).isEqualTo(0x1de);
        assertThat(Versionstamp.ofVersion(0x1de))
                .hasToString("00000000000001de0000")
                .isLessThan(stamp);
        assertThat(Versionstamp.ofVersion(-1))
                .hasToString("ffffffffffffffff0000")
                .isGreaterThan(stamp);
        assertThat(stamp).hasSameHashCodeAs(Versionstamp.parse("00000000000001de0102"));
        assertThatIllegalArgumentException().isThrownBy(() -> Versionstamp.parse("00"));
        assertThatIllegalArgumentException().isThrownBy(() -> Versionstamp.parse("0000000000000000000g"));
        assertThatIllegalArgumentException().isThrownBy(() -> Versionstamp.of(new byte[12]));
    }

    @Test
    void aCounterHoldsAllUnsignedValues() {
        KvU64 max = KvU64.of(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        assertThat(max).isEqualTo(KvU64.MAX).isEqualTo(KvU64.ofUnsigned(-1)).hasToString("18446744073709551615");
        assertThat(max.toBigInteger()).isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        assertThat(KvU64.of(5)).isLessThan(max).isGreaterThan(KvU64.ZERO);
        assertThat(KvU64.of(5).longValueExact()).isEqualTo(5);
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(max::longValueExact);
        assertThatIllegalArgumentException().isThrownBy(() -> KvU64.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> KvU64.of(BigInteger.TWO.pow(64)));
        assertThatIllegalArgumentException().isThrownBy(() -> KvU64.of(BigInteger.ONE.negate()));
        assertThat(HexFormat.of().formatHex(KvValue.of(KvU64.of(258)).toByteArray()))
                .isEqualTo("0201000000000000");
        assertThat(KvValue.of(max).toU64()).isEqualTo(max);
    }

    @Test
    void aStoredValueIsNotChangedThroughItsArrays() {
        byte[] bytes = {1};
        KvValue value = KvValue.copyOf(KvValue.BYTES, bytes);
        bytes[0] = 2;
        value.toByteArray()[0] = 3;
        assertThat(value)
                .isEqualTo(KvValue.copyOf(KvValue.BYTES, new byte[] {1}))
                .hasToString("KvValue(BYTES, 1 bytes)");
        assertThat(KvValue.copyOf(7, bytes)).hasToString("KvValue(encoding 7, 1 bytes)");
    }

    @ParameterizedTest
    @CsvSource({
        "orders.sqlite,, orders.sqlite, orders.sqlite",
        "sqlite:a b.db, sqlite, a b.db, sqlite:a b.db",
        "SQLITE:x, sqlite, x, sqlite:x",
        "C:\\data\\kv.db,, C:\\data\\kv.db, C:\\data\\kv.db",
        "./:odd,, ./:odd, ./:odd",
        ":memory:, memory, '', memory:",
        "memory:, memory, '', memory:",
        "https://u:p@kv.example.com/db?t=s#f, https, //u:p@kv.example.com/db?t=s#f, https://kv.example.com/db",
        "https://u:pa/ss@h/db, https, //u:pa/ss@h/db, https://h/db",
        "https://u:se?cret@h, https, //u:se?cret@h, https://h",
        "redis:secret@host, redis, secret@host, redis:host",
    })
    void aUrlIsASchemeAndTheRestAndNeverPrintsSecrets(String text, String scheme, String rest, String shown) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        assertThat(url.scheme()).isEqualTo(scheme);
        assertThat(url.rest()).isEqualTo(rest);
        assertThat(url).hasToString(shown);
    }

    @Test
    void aPointIsTheRangeOfOneKey() {
        ReadRange point = ReadRange.point(new byte[] {1, 2});
        assertThat(point.isPoint()).isTrue();
        assertThat(point.end()).containsExactly(1, 2, 0);
        assertThat(ReadRange.ascending(new byte[] {1}, new byte[] {1, 2}, 1).isPoint())
                .isFalse();
        assertThat(ReadRange.ascending(new byte[] {1}, new byte[] {2, 0}, 1).isPoint())
                .isFalse();
        assertThat(ReadRange.ascending(new byte[0], new byte[] {0}, 1).isPoint())
                .isTrue();
    }

    @Test
    void limitsBeginWithThoseOfDeno() {
        assertThat(DatabaseLimits.builder().build().valueBytes()).isEqualTo(DatabaseLimits.DENO.valueBytes());
        assertThat(DatabaseLimits.builder().checksPerWrite(10).build().checksPerWrite())
                .isEqualTo(10);
    }
}
