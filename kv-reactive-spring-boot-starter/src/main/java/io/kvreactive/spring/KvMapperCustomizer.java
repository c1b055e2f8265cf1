// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.v8.jackson.V8Mapper;

/**
 * A bean that changes how records and beans become stored values, after what the application has set for its JSON has been taken over: for what is
 * to differ between the two.
 */
@FunctionalInterface
public interface KvMapperCustomizer {

    /**
     * Changes the mapper.
     *
     * @param mapper the mapper so far
     */
    void customize(V8Mapper.Builder mapper);
}
