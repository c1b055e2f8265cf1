// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Where the key of a server is. Protocols are negotiated: HTTP/2, else HTTP/1.1. */
interface TlsSource {

    /** Reads what there is to read; throws {@link IllegalArgumentException} if it is no good, naming the files and showing nothing of them. */
    SslContext open();

    static TlsSource of(SSLContext context) {
        return new TlsSource() {
            @Override
            public SslContext open() {
                return new JdkSslContext(
                        context,
                        false,
                        null,
                        IdentityCipherSuiteFilter.INSTANCE,
                        negotiation(),
                        ClientAuth.NONE,
                        null,
                        false);
            }

            @Override
            public String toString() {
                return "by an SSLContext";
            }
        };
    }

    static TlsSource of(Path certificates, Path privateKey) {
        return new TlsSource() {
            @Override
            public SslContext open() {
                try {
                    return SslContextBuilder.forServer(certificates.toFile(), privateKey.toFile())
                            .sslProvider(SslProvider.JDK)
                            .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                            .applicationProtocolConfig(negotiation())
                            .build();
                } catch (IllegalArgumentException | SSLException e) {
                    throw new IllegalArgumentException(
                            "TLS cannot be spoken with the certificates in " + certificates + " and the key in "
                                    + privateKey
                                    + "; both must be PEM files, the key in PKCS#8 without a password: "
                                    + rootMessage(e),
                            e);
                }
            }

            @Override
            public String toString() {
                return "by " + certificates;
            }
        };
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static ApplicationProtocolConfig negotiation() {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1);
    }
}
