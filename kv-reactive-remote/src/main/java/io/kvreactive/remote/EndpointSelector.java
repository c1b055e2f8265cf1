// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvConsistency;
import io.kvreactive.remote.DatabaseMetadata.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint serves a request ({@code docs/spec/kv-connect.md}, section 3): among those of the wanted consistency the one that answered
 * fastest of late. One that failed is left out for a while; each is tried again from time to time, since latencies change. Thread-safe.
 */
final class EndpointSelector {

    /** How much of an average the newest measurement is. */
    private static final double WEIGHT = 0.2;

    private static final long PROBE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long FIRST_SUSPENSION_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_DOUBLINGS = 5;

    private final LongSupplier nanos;
    private final Map<URI, Fitness> known = new ConcurrentHashMap<>();
    private volatile @Nullable DatabaseMetadata latest;

    /** {@code nanos} is a time that never goes back. */
    EndpointSelector(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** What is known of an endpoint. Times are on the clock of the selector. */
    private record Fitness(double latency, long probeAt, int failures, long suspendedUntil) {

        boolean isSuspendedAt(long now) {
            return failures > 0 && suspendedUntil - now > 0;
        }
    }

    Endpoint select(DatabaseMetadata metadata, KvConsistency consistency) {
        long now = nanos.getAsLong();
        learn(metadata, now);
        List<Endpoint> suitable = metadata.endpoints();
        Endpoint best = null;
        Fitness bestFitness = null;
        for (Endpoint endpoint : suitable) {
            if (consistency == KvConsistency.STRONG && endpoint.consistency() != KvConsistency.STRONG) {
                continue;
            }
            Fitness fitness = fitnessOf(endpoint.url(), now);
            if (!fitness.isSuspendedAt(now) && fitness.probeAt - now <= 0 && claimProbe(endpoint.url(), fitness, now)) {
                return endpoint;
            }
            if (best == null || bestFitness == null || isBetter(fitness, bestFitness, now)) {
                best = endpoint;
                bestFitness = fitness;
            }
        }
        if (best == null) {
            throw new IllegalStateException("metadata without a strong endpoint");
        }
        return best;
    }

    private static boolean isBetter(Fitness fitness, Fitness other, long now) {
        boolean isSuspended = fitness.isSuspendedAt(now);
        if (isSuspended != other.isSuspendedAt(now)) {
            return !isSuspended;
        }
        return isSuspended ? fitness.suspendedUntil - other.suspendedUntil < 0 : fitness.latency < other.latency;
    }

    private Fitness fitnessOf(URI url, long now) {
        return known.computeIfAbsent(url, u -> new Fitness(Double.MAX_VALUE, now, 0, now));
    }

    /** Only one request finds out how an endpoint fares; those beside it go where it is known. */
    private boolean claimProbe(URI url, Fitness seen, long now) {
        return known.replace(
                url, seen, new Fitness(seen.latency, now + PROBE_NANOS, seen.failures, seen.suspendedUntil));
    }

    /** An endpoint has answered. */
    void answered(URI url, long tookNanos) {
        known.computeIfPresent(url, (u, before) -> {
            double latency = before.latency == Double.MAX_VALUE
                    ? tookNanos
                    : before.latency + WEIGHT * (tookNanos - before.latency);
            return new Fitness(latency, before.probeAt, 0, before.suspendedUntil);
        });
    }

    /** An endpoint has failed in a way that another might not. */
    void failed(URI url) {
        long now = nanos.getAsLong();
        known.computeIfPresent(url, (u, before) -> {
            long suspension = FIRST_SUSPENSION_NANOS << Math.min(before.failures, MOST_DOUBLINGS);
            return new Fitness(before.latency, now, before.failures + 1, now + suspension);
        });
    }

    /** Endpoints that are in no metadata any more are forgotten. */
    private void learn(DatabaseMetadata metadata, long now) {
        if (metadata != latest) {
            latest = metadata;
            known.keySet()
                    .retainAll(metadata.endpoints().stream().map(Endpoint::url).collect(Collectors.toSet()));
            metadata.endpoints().forEach(endpoint -> fitnessOf(endpoint.url(), now));
        }
    }
}
