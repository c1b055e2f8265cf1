// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.kvreactive.micrometer.KvObservationDocumentation.LowCardinality;
import io.kvreactive.spi.KvObservation.Outcome;
import io.kvreactive.spi.KvOperation;
import io.micrometer.common.KeyValues;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The names and keys of {@link KvObservationDocumentation}. */
final class StandardConvention implements KvObservationConvention {

    private static final Map<KvObservationDocumentation, StandardConvention> ALL = Arrays.stream(
                    KvObservationDocumentation.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), StandardConvention::new));

    /** A tag must not have as many values as a transaction may have attempts. */
    private static final int MOST_ATTEMPTS_COUNTED = 4;

    private static final String NONE = "none";

    private final String name;

    private StandardConvention(KvObservationDocumentation documentation) {
        this.name = documentation.getName();
    }

    static StandardConvention of(KvObservationDocumentation documentation) {
        return Objects.requireNonNull(ALL.get(documentation));
    }

    static KvObservationDocumentation documentation(KvOperation operation) {
        if (operation.kind() == KvOperation.Kind.HANDLE) {
            return KvObservationDocumentation.MESSAGE;
        }
        return operation.kind().isEndless() ? KvObservationDocumentation.STREAM : KvObservationDocumentation.OPERATION;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getContextualName(KvObservationContext context) {
        return "kv " + context.operation().kind().text();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(KvObservationContext context) {
        Outcome outcome = context.outcome();
        return KeyValues.of(
                LowCardinality.DATABASE.withValue(context.database()),
                LowCardinality.BACKEND.withValue(context.operation().backend()),
                LowCardinality.OPERATION.withValue(context.operation().kind().text()),
                LowCardinality.KEY_SHAPE.withValue(context.keyShape()),
                LowCardinality.OUTCOME.withValue(outcome == null ? NONE : outcome.text()),
                LowCardinality.ATTEMPTS.withValue(outcome == null ? NONE : attempts(context.attempts())));
    }

    private static String attempts(int attempts) {
        return attempts > MOST_ATTEMPTS_COUNTED ? MOST_ATTEMPTS_COUNTED + 1 + "+" : String.valueOf(attempts);
    }
}
