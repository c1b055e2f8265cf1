// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.util.Logger;
import reactor.util.Loggers;

/** All who are told what happens; what one of them throws keeps nobody else from it. */
final class Observers {

    private static final Logger LOG = Loggers.getLogger(KvConnectServer.class);

    private final List<ServerObserver> observers;

    Observers(ServerOptions options) {
        List<ServerObserver> all = new ArrayList<>(options.observers());
        if (options.accessLog() == ServerOptions.AccessLog.ON) {
            all.add(new AccessLogger());
        }
        this.observers = List.copyOf(all);
    }

    void tell(Consumer<ServerObserver> event) {
        // Not with an iterator: it is called for every request, most often for nobody.
        for (int i = 0; i < observers.size(); i++) {
            try {
                event.accept(observers.get(i));
            } catch (RuntimeException e) {
                LOG.warn("an observer of the server failed", e);
            }
        }
    }

    boolean isAnybodyThere() {
        return !observers.isEmpty();
    }
}
