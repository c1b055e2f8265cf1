// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The health of databases.
 *
 * @param enabled whether they have a health
 * @param timeout how long a database may take to answer before it counts as down
 */
@ConfigurationProperties("management.health.kv")
record KvHealthProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("2s") Duration timeout) {}
