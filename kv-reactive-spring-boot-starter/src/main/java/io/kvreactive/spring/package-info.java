// SPDX-License-Identifier: Apache-2.0
/**
 * Deno KV in a Spring Boot application: a {@code Kv} bean by the property {@code kv-reactive.url}, more of them below
 * {@code kv-reactive.databases}, opened before the application serves and closed after it has served. What the beans are made with can be changed
 * by customizer beans, {@link io.kvreactive.spring.KvOptionsCustomizer} first; beans of one's own are made by the
 * {@link io.kvreactive.spring.KvFactory}.
 */
@NullMarked
package io.kvreactive.spring;

import org.jspecify.annotations.NullMarked;
