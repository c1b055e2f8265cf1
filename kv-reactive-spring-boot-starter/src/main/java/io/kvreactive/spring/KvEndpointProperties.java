// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import java.util.Set;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The endpoint that lists and reads keys.
 *
 * @param showValues whether it shows values
 * @param roles who is authorized to see values, if they are shown to those only; by default everybody who is signed in
 */
@ConfigurationProperties("management.endpoint.kv")
record KvEndpointProperties(
        @DefaultValue("never") Show showValues,
        @DefaultValue Set<String> roles) {}
