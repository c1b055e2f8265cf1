// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.kvreactive.KvConflictException;
import io.kvreactive.KvException;
import io.kvreactive.KvOutcomeUnknownException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Every error as problem details: what is wrong with a request by its fields, what is wrong with the database by what a client can do. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @Override
    protected Mono<ResponseEntity<Object>> handleWebExchangeBindException(
            WebExchangeBindException error, HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
        List<Map<String, String>> fields = error.getFieldErrors().stream()
                .map(field -> Map.of("field", field.getField(), "message", String.valueOf(field.getDefaultMessage())))
                .toList();
        error.getBody().setTitle("Not valid");
        error.getBody().setProperty("errors", fields);
        return handleExceptionInternal(error, error.getBody(), headers, status, exchange);
    }

    /** The message is for operators: it names files and servers. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> database(KvException error) {
        if (error instanceof KvConflictException) {
            return problem(HttpStatus.CONFLICT, "Too many want the same", "Others were faster each time; try again.");
        }
        LOG.warn("a request failed because of the database", error);
        if (error instanceof KvOutcomeUnknownException) {
            return problem(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "Outcome unknown",
                    "It may have been done or not. Look, or send it again with the same Idempotency-Key.");
        }
        return error.retryable()
                ? problem(HttpStatus.SERVICE_UNAVAILABLE, "Not now", "Nothing was changed; try again in a moment.")
                : problem(HttpStatus.INTERNAL_SERVER_ERROR, "The database cannot do this", "Nothing was changed.");
    }

    private static ResponseEntity<ProblemDetail> problem(HttpStatus status, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            response.header(HttpHeaders.RETRY_AFTER, "1");
        }
        return response.body(problem);
    }
}
