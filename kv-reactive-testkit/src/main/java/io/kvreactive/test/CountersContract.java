// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.AtomicOperation;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvU64;
import io.kvreactive.SumLimits;
import io.kvreactive.Versionstamp;
import java.math.BigInteger;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** {@code sum}, {@code min}, {@code max}, {@code sumNumber}, {@code sumBigInt}. Deno's own results are in the vectors. */
abstract class CountersContract extends ContractPart {

    CountersContract(KvContract contract) {
        super(contract);
    }

    private void commit(UnaryOperator<AtomicOperation> steps) {
        await(steps.apply(kv().atomic()).commitOrThrow());
    }

    private KvMutationException failure(UnaryOperator<AtomicOperation> steps) {
        List<String> before = dump();
        KvMutationException error =
                errorOf(KvMutationException.class, steps.apply(kv().atomic()).commit());
        assertThat(dump()).isEqualTo(before);
        assertThat(error.retryable()).isFalse();
        return error;
    }

    private double number(KvKey key) {
        return valueOf(key) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Test
    void anAbsentCounterBecomesTheOperand() {
        commit(operation -> operation.sum(A, 5).min(B, 6).max(C, 7));
        assertThat(values(ALL)).containsExactly(KvU64.of(5), KvU64.of(6), KvU64.of(7));
    }

    @Test
    void countersAreUnsignedAndSumsWrap() {
        set(A, KvU64.MAX);
        set(B, KvU64.MAX);
        set(C, KvU64.MAX);
        commit(operation -> operation.sum(A, 3).min(B, 2).max(C, 2));
        assertThat(values(ALL)).containsExactly(KvU64.of(2), KvU64.of(2), KvU64.MAX);
        commit(operation -> operation.sum(A, KvU64.MAX).min(B, KvU64.MAX).max(B, KvU64.MAX));
        assertThat(values(ALL)).containsExactly(KvU64.of(1), KvU64.MAX, KvU64.MAX);
    }

    @Test
    void aCounterThatStaysTheSameHasANewVersionAllTheSame() {
        Versionstamp first = set(A, KvU64.of(5));
        commit(operation -> operation.sum(A, 0));
        Versionstamp second = get(A).versionstamp();
        commit(operation -> operation.max(A, 1));
        assertThat(second).isGreaterThan(first);
        assertThat(get(A).versionstamp()).isGreaterThan(second);
        assertThat(valueOf(A)).isEqualTo(KvU64.of(5));
    }

    @Test
    void concurrentSumsLoseNothing() {
        all(Flux.range(0, 2000)
                .flatMap(i -> kv().atomic().sum(A, 1).sum(B, i).max(C, i).commit(), 128));
        assertThat(values(ALL)).containsExactly(KvU64.of(2000), KvU64.of(1999 * 1000), KvU64.of(1999));
    }

    @Test
    void whatIsNoCounterIsRefused() {
        for (Object stored : List.of("text", 1, BigInteger.ONE, new byte[8], List.of(KvU64.MAX.toString()))) {
            set(A, stored);
            assertThat(failure(operation -> operation.sum(A, 1))).hasMessageContaining("sum");
            assertThat(failure(operation -> operation.min(A, 1))).hasMessageContaining("min");
            assertThat(failure(operation -> operation.max(A, 1))).hasMessageContaining("max");
        }
    }

    @Test
    void aNegativeOperandIsRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> kv().atomic().sum(A, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> kv().atomic().min(A, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> kv().atomic().max(A, Long.MIN_VALUE));
    }

    @Test
    void numbersAreAddedAsJavaScriptDoes() {
        commit(operation ->
                operation.sumNumber(A, 0.1).sumNumber(A, 0.2).sumNumber(B, 1).sumNumber(B, -3));
        assertThat(number(A)).isEqualTo(0.1 + 0.2);
        assertThat(number(B)).isEqualTo(-2);
        set(C, 40);
        commit(operation -> operation.sumNumber(C, 2));
        assertThat(number(C)).isEqualTo(42);
        commit(operation -> operation.sumNumber(C, Double.POSITIVE_INFINITY));
        assertThat(number(C)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void bigintsAreAddedExactly() {
        BigInteger large = BigInteger.TEN.pow(40);
        set(A, large);
        commit(operation -> operation
                .sumBigInt(A, BigInteger.ONE)
                .sumBigInt(B, large.negate())
                .sumBigInt(B, BigInteger.ONE));
        assertThat(values(ALL))
                .containsExactly(large.add(BigInteger.ONE), large.negate().add(BigInteger.ONE));
    }

    @Test
    void theTwoAreNotMixed() {
        set(A, 1);
        set(B, BigInteger.ONE);
        set(C, KvU64.of(1));
        failure(operation -> operation.sumBigInt(A, BigInteger.ONE));
        failure(operation -> operation.sumNumber(B, 1));
        failure(operation -> operation.sumNumber(C, 1));
        failure(operation -> operation.sumBigInt(C, BigInteger.ONE.negate()));
        // A bigint that fits counts, as in Deno.
        commit(operation -> operation.sumBigInt(C, BigInteger.TEN));
        assertThat(valueOf(C)).isEqualTo(KvU64.of(11));
    }

    @Test
    void aSumOutsideOfItsLimitsIsRefused() {
        set(A, 5);
        set(B, BigInteger.valueOf(5));
        failure(operation -> operation.sumNumber(A, -6, SumLimits.min(0)));
        failure(operation -> operation.sumNumber(A, 6, SumLimits.min(0).andMax(10)));
        failure(operation -> operation.sumBigInt(B, BigInteger.valueOf(-6), SumLimits.min(BigInteger.ZERO)));
        failure(operation -> operation.sumBigInt(B, BigInteger.valueOf(6), SumLimits.max(BigInteger.TEN)));
        commit(operation -> operation
                .sumNumber(A, -5, SumLimits.min(0))
                .sumBigInt(B, BigInteger.valueOf(5), SumLimits.max(BigInteger.TEN)));
        assertThat(number(A)).isZero();
        assertThat(valueOf(B)).isEqualTo(BigInteger.TEN);
    }

    @Test
    void aSumThatClampsBecomesTheBound() {
        set(A, 5);
        set(B, BigInteger.valueOf(5));
        commit(operation -> operation
                .sumNumber(A, -6, SumLimits.min(0).andMax(10).clamp())
                .sumBigInt(
                        B,
                        BigInteger.valueOf(100),
                        SumLimits.max(BigInteger.TEN).clamp()));
        assertThat(number(A)).isZero();
        assertThat(valueOf(B)).isEqualTo(BigInteger.TEN);
        commit(operation ->
                operation.sumNumber(A, 100, SumLimits.min(0).andMax(10).clamp()));
        assertThat(number(A)).isEqualTo(10);
    }

    @Test
    void theFirstAddendIsTakenAsItIs() {
        commit(operation -> operation
                .sumNumber(A, 50, SumLimits.max(10))
                .sumBigInt(
                        B,
                        BigInteger.valueOf(-50),
                        SumLimits.min(BigInteger.ZERO).clamp()));
        assertThat(number(A)).isEqualTo(50);
        assertThat(valueOf(B)).isEqualTo(BigInteger.valueOf(-50));
    }

    @Test
    void aLimitOfTheOtherTypeIsRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kv().atomic().sumNumber(A, 1, SumLimits.min(BigInteger.ZERO)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kv().atomic().sumBigInt(A, BigInteger.ONE, SumLimits.max(1)));
    }
}
