// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.spring.KvProperties.Opening;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens every {@code Kv} bean before the web server starts, and closes it after the web server has served the requests that it had accepted, and
 * has stopped: what is being served may need the database to its end.
 */
final class KvLifecycle implements SmartLifecycle {

    /** Below those of Spring Boot's web servers, which are {@code DEFAULT_PHASE - 1024} to drain and {@code - 2048} to stop. */
    static final int PHASE = DEFAULT_PHASE - 4096;

    private static final Log LOG = LogFactory.getLog(KvLifecycle.class);

    private final ListableBeanFactory beans;
    private final Opening opening;
    private final Mono<Void> requests;
    private volatile boolean isRunning;

    /** {@code requests} ends when none is served any more, and takes no more from when it is subscribed to. */
    KvLifecycle(ListableBeanFactory beans, Opening opening, Mono<Void> requests) {
        this.beans = beans;
        this.opening = opening;
        this.requests = requests;
    }

    @Override
    public void start() {
        isRunning = true;
        if (opening == Opening.AT_START) {
            // Spring's contract: what start() returns from has started, and an exception ends the application's start.
            Flux.fromIterable(databases()).flatMap(Kv::ready).then().block();
        }
    }

    /** Those that somebody uses; a lazy bean that nobody asked for stays that. */
    private List<Kv> databases() {
        return Stream.of(beans.getBeanNamesForType(Kv.class, false, false))
                .filter(this::isThere)
                .map(name -> beans.getBean(name, Kv.class))
                .toList();
    }

    private boolean isThere(String name) {
        return !(beans instanceof SingletonBeanRegistry singletons) || singletons.containsSingleton(name);
    }

    @Override
    public void stop(Runnable callback) {
        isRunning = false;
        requests.thenMany(Flux.defer(() -> Flux.fromIterable(databases())))
                .flatMap(kv -> kv.close().onErrorResume(error -> {
                    LOG.warn("a database was not closed as it should be", error);
                    return Mono.empty();
                }))
                .doFinally(signal -> callback.run())
                .subscribe();
    }

    /** Never called: Spring asks for a callback. */
    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    /** A database that was closed stays closed, so it is not closed for a pause. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
