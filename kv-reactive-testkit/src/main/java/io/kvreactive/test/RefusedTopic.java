// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.KvUnsupportedException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.reactivestreams.Publisher;

/** A backend that cannot do a topic at all is held to one thing in each of its tests: that it says so. */
final class RefusedTopic implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> test, ExtensionContext context)
            throws Throwable {
        Publisher<?> refused = ((ContractPart) context.getRequiredTestInstance()).refused();
        if (refused == null) {
            invocation.proceed();
        } else {
            invocation.skip();
            ContractPart.errorOf(KvUnsupportedException.class, refused);
        }
    }
}
