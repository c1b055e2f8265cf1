// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.kvreactive.Kv;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvTransaction;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What customers have to spend, and money that moves from one to another. */
@RestController
class AccountController {

    private final Kv kv;

    AccountController(Kv kv) {
        this.kv = kv;
    }

    record Account(String name, @Min(0) long cents) {
        Account plus(long more) {
            return new Account(name, cents + more);
        }
    }

    record Transfer(
            @NotBlank String from,
            @NotBlank String to,
            @Min(1) long cents) {}

    private static KvKey key(String name) {
        return KvKey.of("accounts", name);
    }

    @PutMapping("/accounts/{name}")
    Mono<Account> open(@PathVariable String name, @Valid @RequestBody Account account) {
        Account opened = new Account(name, account.cents());
        return kv.set(key(name), opened).thenReturn(opened);
    }

    @GetMapping("/accounts/{name}")
    Mono<Account> find(@PathVariable String name) {
        return kv.get(key(name), Account.class)
                .map(Stored::value)
                .switchIfEmpty(Mono.error(() -> new Refusals.NoSuchAccount(name)));
    }

    /** Both accounts change or none does. If somebody else was faster, it is done again with what they left. */
    @PostMapping("/transfers")
    Mono<Account> transfer(@Valid @RequestBody Transfer transfer) {
        return kv.transact(tx -> Mono.zip(
                        tx.get(key(transfer.from()), Account.class), tx.get(key(transfer.to()), Account.class))
                .map(both ->
                        move(tx, transfer, seen(both.getT1(), transfer.from()), seen(both.getT2(), transfer.to()))));
    }

    private static Account seen(KvEntryMaybe<Account> entry, String name) {
        return entry.entry().map(Stored::value).orElseThrow(() -> new Refusals.NoSuchAccount(name));
    }

    private static KvTransaction.Outcome<Account> move(KvTransaction tx, Transfer transfer, Account from, Account to) {
        if (from.cents() < transfer.cents()) {
            throw new Refusals.NotCovered(from.name());
        }
        if (from.name().equals(to.name())) {
            return tx.result(from);
        }
        return tx.set(key(from.name()), from.plus(-transfer.cents()))
                .set(key(to.name()), to.plus(transfer.cents()))
                .result(from.plus(-transfer.cents()));
    }
}
