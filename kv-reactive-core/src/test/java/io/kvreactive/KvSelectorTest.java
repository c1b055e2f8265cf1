// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class KvSelectorTest {

    @Test
    void boundsOutsideThePrefixAreRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.prefix("a").start(KvKey.of("b")))
                .withMessageContaining("start")
                .withMessageContaining("not below the prefix");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.prefix("a").end(KvKey.of("a")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.prefix("a").start(KvKey.of("a", 2)).end(KvKey.of("a", 1)))
                .withMessageContaining("greater");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.range(KvKey.of("b"), KvKey.of("a")))
                .withMessageContaining("greater");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.range(KvKey.of("a"), KvKey.of("b")).start(KvKey.of("a", 1)))
                .withMessageContaining("both bounds");
    }

    @Test
    void limitAndBatchSizeArePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.prefix().limit(0))
                .withMessageContaining("limit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvSelector.prefix().batchSize(-1))
                .withMessageContaining("batchSize");
    }

    @Test
    void theTextTellsShapesOnly() {
        assertThat(KvSelector.prefix("secret").reverse().limit(3))
                .hasToString("KvSelector(prefix [string(6)], reverse, limit 3)");
    }
}
