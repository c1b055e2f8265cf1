// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Databases are closed after the last request has been served, in an application that serves requests with WebFlux on Reactor Netty and is to be
 * shut down gracefully.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({WebFilter.class, HttpServerRequest.class})
@ConditionalOnProperty(name = "server.shutdown", havingValue = "graceful", matchIfMissing = true)
class WebShutdown {

    @Bean
    RequestsUnderWay kvRequestsUnderWay() {
        return new RequestsUnderWay();
    }
}
