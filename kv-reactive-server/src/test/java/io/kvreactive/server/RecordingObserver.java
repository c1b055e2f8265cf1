// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is told. */
final class RecordingObserver implements ServerObserver {

    final Queue<ServedRequest> requests = new ConcurrentLinkedQueue<>();
    final Queue<WatchEnd> watchEnds = new ConcurrentLinkedQueue<>();
    final Queue<String> databases = new ConcurrentLinkedQueue<>();
    final AtomicInteger watchesBegun = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();

    @Override
    public void requestServed(ServedRequest request) {
        requests.add(request);
    }

    @Override
    public void connectionOpened() {
        opened.incrementAndGet();
    }

    @Override
    public void connectionClosed() {
        closed.incrementAndGet();
    }

    @Override
    public void connectionRefused() {
        refused.incrementAndGet();
    }

    @Override
    public void watchBegun() {
        watchesBegun.incrementAndGet();
    }

    @Override
    public void watchEnded(WatchEnd end) {
        watchEnds.add(end);
    }

    @Override
    public void databaseOpened(String name) {
        databases.add("+" + name);
    }

    @Override
    public void databaseClosed(String name) {
        databases.add("-" + name);
    }
}
