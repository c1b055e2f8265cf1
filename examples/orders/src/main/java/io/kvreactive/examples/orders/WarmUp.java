// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import jakarta.validation.Validator;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Has the validator read the texts of its messages from files, which it does when it first needs one: now, and not on a thread that serves requests
 * and must not wait. They are those of one language, see {@code spring.web.locale}.
 */
@Component
class WarmUp implements SmartInitializingSingleton {

    private final Validator validator;

    WarmUp(Validator validator) {
        this.validator = validator;
    }

    @Override
    public void afterSingletonsInstantiated() {
        validator.validate(new NewOrder("", "", 0));
        validator.validate(new AccountController.Transfer("", "", 0));
    }
}
