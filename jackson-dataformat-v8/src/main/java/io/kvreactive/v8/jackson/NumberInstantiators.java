// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;

/**
 * Lets classes that wrap one number be made of it however it is stored: an id whose {@code long} went out as a bigint, an amount whose fraction
 * happened to be zero. Jackson looks for a constructor of just the type that the token has.
 */
final class NumberInstantiators extends ValueInstantiators.Base {

    @Override
    public ValueInstantiator modifyValueInstantiator(
            DeserializationConfig config, BeanDescription.Supplier description, ValueInstantiator instantiator) {
        boolean ofNumber = instantiator.canCreateFromInt()
                || instantiator.canCreateFromLong()
                || instantiator.canCreateFromBigDecimal();
        return ofNumber ? new OfNumber(instantiator) : instantiator;
    }

    private static final class OfNumber extends ValueInstantiator.Delegating {

        private static final long serialVersionUID = 1L;

        OfNumber(ValueInstantiator jacksons) {
            super(jacksons);
        }

        @Override
        public ValueInstantiator createContextual(
                DeserializationContext context, BeanDescription.Supplier description) {
            return new OfNumber(_delegate.createContextual(context, description));
        }

        @Override
        public boolean canCreateFromBigInteger() {
            return true;
        }

        @Override
        public boolean canCreateFromBigDecimal() {
            return _delegate.canCreateFromBigDecimal();
        }

        @Override
        public Object createFromInt(DeserializationContext context, int value) {
            return takesIntegers() || !canCreateFromBigDecimal()
                    ? _delegate.createFromInt(context, value)
                    : _delegate.createFromBigDecimal(context, BigDecimal.valueOf(value));
        }

        @Override
        public Object createFromLong(DeserializationContext context, long value) {
            return takesIntegers() || !canCreateFromBigDecimal()
                    ? _delegate.createFromLong(context, value)
                    : _delegate.createFromBigDecimal(context, BigDecimal.valueOf(value));
        }

        @Override
        public Object createFromBigInteger(DeserializationContext context, BigInteger value) {
            if (!_delegate.canCreateFromBigInteger() && value.bitLength() < Long.SIZE && takesIntegers()) {
                return _delegate.createFromLong(context, value.longValue());
            }
            return _delegate.createFromBigInteger(context, value);
        }

        @Override
        public Object createFromDouble(DeserializationContext context, double value) {
            boolean whole = value == Math.rint(value) && value >= Long.MIN_VALUE && value < 0x1p63;
            if (whole && takesIntegers() && !_delegate.canCreateFromDouble() && !canCreateFromBigDecimal()) {
                return _delegate.createFromLong(context, (long) value);
            }
            return _delegate.createFromDouble(context, value);
        }

        private boolean takesIntegers() {
            return _delegate.canCreateFromInt() || _delegate.canCreateFromLong() || _delegate.canCreateFromBigInteger();
        }
    }
}
