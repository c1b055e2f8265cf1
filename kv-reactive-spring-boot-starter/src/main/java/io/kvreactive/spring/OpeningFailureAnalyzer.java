// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.KvException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells why a database cannot be opened at the start, instead of a page of stack trace. */
final class OpeningFailureAnalyzer extends AbstractFailureAnalyzer<KvException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, KvException cause) {
        return new FailureAnalysis(
                "A database is needed at the start and is not to be had: " + cause.getMessage(),
                "Correct kv-reactive.url, or what the message names. To start without it, set kv-reactive.opening=on-use: it is then opened by"
                        + " the first who uses it.",
                cause);
    }
}
