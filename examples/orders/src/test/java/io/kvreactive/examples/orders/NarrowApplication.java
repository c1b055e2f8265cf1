// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.netty.channel.ChannelOption;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.support.GenericApplicationContext;

/** The application in a process of its own, with small socket buffers, so that what is in flight is in the application and can be counted. */
public final class NarrowApplication {

    private static final int SOCKET_BYTES = 16 << 10;

    private NarrowApplication() {}

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(OrdersApplication.class);
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean("narrow", Narrow.class, Narrow::new));
        application.run(args);
    }

    static final class Narrow implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
        @Override
        public void customize(NettyReactiveWebServerFactory factory) {
            factory.addServerCustomizers(server -> server.childOption(ChannelOption.SO_SNDBUF, SOCKET_BYTES));
        }
    }
}
