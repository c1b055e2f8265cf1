// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Marks an integral property that is a bigint in JavaScript whatever its value, so that the property keeps one type there: {@code long} and the
 * other integral types, {@code BigInteger}, arrays and collections of them. Reading accepts bigints and numbers either way.
 */
@Documented
@JacksonAnnotationsInside
@JsonSerialize(using = BigIntSerializer.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
public @interface V8BigInt {}
