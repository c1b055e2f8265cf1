// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import org.jspecify.annotations.Nullable;

/** Whole values, of plain Java or of the model, among the tokens of a writer. */
final class PlainValues {

    private final V8Writer tokens;
    private final ModelWriter models;
    private final GraphWriter graphs;

    PlainValues(ByteSink out, V8Options options, V8Writer tokens) {
        this.tokens = tokens;
        this.models = new ModelWriter(tokens, new IdentityIds());
        this.graphs = new GraphWriter(options, out, tokens);
    }

    /** Writes a value within so many levels. Model values are immutable, so that one written before is referred to. */
    void write(@Nullable Object value, int depth) {
        if (value instanceof V8Value model && value != V8Hole.INSTANCE) {
            tokens.startDepthAt(depth);
            models.write(model);
        } else {
            graphs.write(value, depth);
        }
    }
}
