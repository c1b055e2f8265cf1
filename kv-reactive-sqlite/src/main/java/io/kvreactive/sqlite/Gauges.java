// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** What of an open database can be measured at any moment. */
final class Gauges {

    private Gauges() {}

    /** Registers the gauges; to be disposed when the database is closed. */
    static Disposable of(KvObserver observer, @Nullable WriteLane writer, ReadLanes readers) {
        Disposable.Composite gauges = Disposables.composite();
        if (writer != null) {
            gauges.add(observer.gauge(KvMeasure.LANE_DEPTH, "write", writer::depth));
            gauges.add(observer.gauge(KvMeasure.WRITE_BACKLOG, "", writer::backlog));
        }
        for (int i = 0; i < readers.count(); i++) {
            int number = i;
            gauges.add(observer.gauge(KvMeasure.LANE_DEPTH, "read-" + (i + 1), () -> readers.depth(number)));
        }
        return gauges;
    }
}
