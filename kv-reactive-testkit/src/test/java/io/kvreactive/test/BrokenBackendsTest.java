// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A contract is worth what it notices: backends that do one thing wrong do not pass it. */
class BrokenBackendsTest {

    @ParameterizedTest
    @EnumSource
    void aDefectIsNoticedByItsTopic(Defect defect) {
        TestExecutionSummary summary = run(defect);
        assertThat(summary.getTestsFoundCount()).isPositive();
        assertThat(summary.getTestsFailedCount() > 0)
                .as("%s: %s of %s tests failed", defect, summary.getTestsFailedCount(), summary.getTestsFoundCount())
                .isEqualTo(defect != Defect.NONE);
    }

    @AfterAll
    static void waitAsLongAsEver() {
        ContractPart.patience = ContractPart.PATIENCE;
    }

    private static TestExecutionSummary run(Defect defect) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectNestedClass(List.of(BrokenContract.class), defect.topic))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        BrokenContract.defect = defect;
        // What never comes is waited for shortly; what is in order may take its time.
        ContractPart.patience = defect == Defect.NONE ? ContractPart.PATIENCE : Duration.ofSeconds(1);
        OneFailureIsEnough.hasFailed = false;
        LauncherFactory.create().execute(request, listener);
        return Objects.requireNonNull(listener.getSummary());
    }

    /** The contract of a backend with the defect at hand. */
    @ExtendWith(OneFailureIsEnough.class)
    static class BrokenContract extends KvContract {
        private static Defect defect = Defect.NONE;

        @Override
        protected String freshUrl() {
            return "broken:" + defect;
        }

        @Override
        protected Set<Trait> lacks() {
            return Set.of(Trait.SURVIVES_CLOSE, Trait.BACKS_UP);
        }
    }

    /** Leaves out the tests after the first that has failed. */
    static final class OneFailureIsEnough implements ExecutionCondition, TestWatcher {
        private static volatile boolean hasFailed;

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return hasFailed
                    ? ConditionEvaluationResult.disabled("the defect was noticed")
                    : ConditionEvaluationResult.enabled("not noticed yet");
        }

        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            hasFailed = true;
        }
    }
}
