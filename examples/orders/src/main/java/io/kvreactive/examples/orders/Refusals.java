// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** What is refused, as problem details (RFC 9457). */
final class Refusals {

    private Refusals() {}

    static class Refusal extends ErrorResponseException {
        Refusal(HttpStatus status, String title, String detail) {
            super(status);
            setTitle(title);
            setDetail(detail);
        }
    }

    static final class NoSuchOrder extends Refusal {
        NoSuchOrder(String id) {
            super(HttpStatus.NOT_FOUND, "No such order", "There is no order " + id + ".");
        }
    }

    static final class Changed extends Refusal {
        Changed(String id) {
            super(
                    HttpStatus.PRECONDITION_FAILED,
                    "Changed meanwhile",
                    "The order " + id + " is not of the version in If-Match any more; read it again.");
        }
    }

    static final class KeyReused extends Refusal {
        KeyReused() {
            super(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "Idempotency key reused",
                    "Another request has used this Idempotency-Key; each order needs a key of its own.");
        }
    }

    static final class NoSuchAccount extends Refusal {
        NoSuchAccount(String name) {
            super(HttpStatus.NOT_FOUND, "No such account", "There is no account " + name + ".");
        }
    }

    static final class NotCovered extends Refusal {
        NotCovered(String name) {
            super(HttpStatus.UNPROCESSABLE_CONTENT, "Not covered", "The account " + name + " does not hold that much.");
        }
    }
}
