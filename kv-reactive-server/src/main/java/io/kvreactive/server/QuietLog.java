// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import reactor.netty.http.logging.HttpMessageArgProvider;
import reactor.netty.http.logging.HttpMessageLogFactory;

/** What Reactor Netty may write of a request into a log: that there was one. Anything else in it may be a secret. */
final class QuietLog implements HttpMessageLogFactory {

    static final QuietLog INSTANCE = new QuietLog();

    private static final String TEXT = "a request";

    private QuietLog() {}

    @Override
    public String trace(HttpMessageArgProvider message) {
        return TEXT;
    }

    @Override
    public String debug(HttpMessageArgProvider message) {
        return TEXT;
    }

    @Override
    public String info(HttpMessageArgProvider message) {
        return TEXT;
    }

    @Override
    public String warn(HttpMessageArgProvider message) {
        return TEXT;
    }

    @Override
    public String error(HttpMessageArgProvider message) {
        return TEXT;
    }
}
