// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** What a customer wants. */
public record NewOrder(
        @NotBlank @Size(max = 100) String customer,
        @NotBlank @Size(max = 100) String item,
        @Min(1) @Max(1000) int quantity) {}
