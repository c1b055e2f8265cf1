// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Gives the signals of databases on the event loops themselves, in turn: what has its connection there is answered at once, and no third kind
 * of thread takes part. Each worker stays on one loop. It is not to be disposed; the loops are.
 */
final class LoopsScheduler implements Scheduler {

    private final List<Scheduler> loops = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    LoopsScheduler(Iterable<EventExecutor> group) {
        group.forEach(loop -> loops.add(Schedulers.fromExecutorService((EventLoop) loop, "kv-server")));
    }

    private Scheduler next() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    @Override
    public Disposable schedule(Runnable task) {
        return next().schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return next().schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return next().schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return next().createWorker();
    }
}
