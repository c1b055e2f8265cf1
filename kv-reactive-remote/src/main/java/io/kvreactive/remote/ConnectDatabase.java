// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.ReadRange;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A database on a KV Connect server. */
final class ConnectDatabase implements Database, RemoteDatabase {

    private final URI url;
    private final Scheduler scheduler;
    private final Transport transport;
    private final MetadataExchange exchange;
    private final MetadataCycle metadata;
    private final Attempts.Shared shared;
    private final DataPath dataPath;
    private final SharedReads strongReads;
    private final SharedReads eventualReads;
    private final WatchStream watchStream;
    private final Secrets secrets = new Secrets();
    private final Gate gate = new Gate();
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final Mono<Void> close;

    private ConnectDatabase(URI url, Mono<String> accessToken, RemoteOptions own, KvOptions options) {
        this.url = url;
        this.scheduler = options.scheduler();
        KvObserver observer = options.observer();
        this.transport = new Transport(own.http(), UserAgent.TEXT, observer);
        this.exchange = new MetadataExchange(url, accessToken, own, transport, secrets, options.clock());
        this.metadata = new MetadataCycle(
                exchange.exchange().doOnNext(metadata -> observer.measured(KvMeasure.METADATA_REFRESHES, 1)),
                options.clock(),
                () -> RemoteErrors.closed("wait for metadata", url));
        this.shared = new Attempts.Shared(own, secrets, gate::isClosed, this::whyThereIsNoMetadata, observer);
        EndpointSelector selector = new EndpointSelector(ConnectDatabase::nanos);
        this.dataPath = new DataPath(metadata, selector, transport, shared, scheduler, ConnectDatabase::nanos);
        this.strongReads = sharedReads(KvConsistency.STRONG);
        this.eventualReads = sharedReads(KvConsistency.EVENTUAL);
        this.watchStream = new WatchStream(metadata, selector, transport, shared, own.watchSilence(), scheduler);
        this.close = Mono.defer(this::closeAll).cache();
    }

    private SharedReads sharedReads(KvConsistency consistency) {
        return new SharedReads(
                limits().keysPerRead(), ranges -> dataPath.read(ranges, consistency), Schedulers.parallel());
    }

    /** A time that never goes back, virtual in tests. */
    private static long nanos() {
        return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
    }

    /** Opens a database: it is given once there is metadata. A cancelled opening, and one that fails, leaves nothing open. */
    static Mono<Database> open(URI url, Mono<String> accessToken, RemoteOptions own, KvOptions options) {
        return Mono.create(sink -> {
            ConnectDatabase database = new ConnectDatabase(url, accessToken, own, options);
            AtomicBoolean isCancelled = new AtomicBoolean();
            // The sink calls this only if its subscriber has not got the database and never will.
            sink.onCancel(() -> {
                isCancelled.set(true);
                database.close().subscribe();
            });
            database.begin()
                    .onErrorResume(error -> database.close().then(Mono.error(error)))
                    .publishOn(options.scheduler())
                    .contextWrite(sink.contextView())
                    .subscribe(metadata -> sink.success(database), error -> {
                        if (!isCancelled.get()) {
                            sink.error(error);
                        }
                    });
        });
    }

    private Mono<DatabaseMetadata> begin() {
        return new Attempts("open " + Urls.shown(url), Attempts.Effect.READS, shared).run(metadata.valid());
    }

    private @Nullable Throwable whyThereIsNoMetadata() {
        CallFailure last = metadata.ifValid() == null ? exchange.last() : null;
        return last == null ? null : RemoteErrors.exchangeGoesOn(last);
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        if (!SharedReads.canShare(ranges)) {
            return guarded("read", dataPath.read(ranges, consistency));
        }
        SharedReads reads = consistency == KvConsistency.STRONG ? strongReads : eventualReads;
        return guarded("read", reads.read(ranges));
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return guarded("commit", dataPath.write(write));
    }

    private <T> Mono<T> guarded(String operation, Mono<T> call) {
        return gate.pass(call, () -> RemoteErrors.closed(operation, url))
                // Values come on the scheduler already; errors may come from a timer.
                .onErrorResume(error -> Mono.<T>error(error).publishOn(scheduler));
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return Flux.defer(() -> gate.isClosed()
                        ? Flux.<List<List<RawEntry>>>error(RemoteErrors.closed("watch", url))
                        : watchStream.watch(keys).takeUntilOther(closing.asMono()))
                .onErrorResume(error -> Flux.<List<List<RawEntry>>>error(error).publishOn(scheduler));
    }

    @Override
    public Flux<RawMessage> dequeue() {
        return Flux.<RawMessage>error(RemoteErrors::noDelivery).publishOn(scheduler);
    }

    @Override
    public Flux<DatabaseMetadata> metadata() {
        return metadata.stream().publishOn(scheduler);
    }

    @Override
    public DatabaseLimits limits() {
        return shared.options().limits();
    }

    @Override
    public Mono<Void> close() {
        return close;
    }

    private Mono<Void> closeAll() {
        gate.close();
        metadata.close();
        return Mono.fromRunnable(closing::tryEmitEmpty)
                .subscribeOn(scheduler)
                .then(gate.whenEmpty())
                .then(transport.close())
                .publishOn(scheduler);
    }

    /** Connections that are open; for tests. */
    Transport transport() {
        return transport;
    }
}
