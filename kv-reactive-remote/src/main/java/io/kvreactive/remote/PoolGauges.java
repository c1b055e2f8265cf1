// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/** How many connections are in use, kept, and waited for: over the pools of all hosts. */
final class PoolGauges implements ConnectionProvider.MeterRegistrar, Disposable {

    /** Pools with other names count the streams of HTTP/2, not connections. */
    static final String NAMES_BEGIN = "kv-remote-";

    private final Map<String, ConnectionPoolMetrics> pools = new ConcurrentHashMap<>();
    private final Disposable.Composite gauges = Disposables.composite();

    PoolGauges(KvObserver observer) {
        gauges.add(observer.gauge(KvMeasure.CONNECTIONS_ACTIVE, "", () -> sum(ConnectionPoolMetrics::acquiredSize)));
        gauges.add(observer.gauge(KvMeasure.CONNECTIONS_IDLE, "", () -> sum(ConnectionPoolMetrics::idleSize)));
        gauges.add(observer.gauge(
                KvMeasure.CONNECTIONS_PENDING, "", () -> sum(ConnectionPoolMetrics::pendingAcquireSize)));
    }

    private long sum(ToIntFunction<ConnectionPoolMetrics> size) {
        return pools.values().stream().mapToLong(size::applyAsInt).sum();
    }

    @Override
    public void registerMetrics(String poolName, String id, SocketAddress remote, ConnectionPoolMetrics metrics) {
        if (poolName.startsWith(NAMES_BEGIN)) {
            pools.put(key(poolName, id, remote), metrics);
        }
    }

    @Override
    public void deRegisterMetrics(String poolName, String id, SocketAddress remote) {
        pools.remove(key(poolName, id, remote));
    }

    private static String key(String poolName, String id, SocketAddress remote) {
        return poolName + ' ' + id + ' ' + remote;
    }

    @Override
    public void dispose() {
        gauges.dispose();
    }
}
