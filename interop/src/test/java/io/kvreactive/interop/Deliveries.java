// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all processes wrote down of their messages. */
final class Deliveries {

    private final Set<String> enqueued = new HashSet<>();
    private final Map<String, List<Handling>> handlings = new HashMap<>();

    /** One delivery of a message, from the begin of its handler to the end, in milliseconds of the machine's clock. */
    record Handling(String process, long start, long end) {}

    /** Takes a line of the records; tells whether it was about messages. */
    boolean read(String process, String[] words) {
        switch (words[0]) {
            case "enqueued" -> enqueued.add(words[1]);
            case "handled" ->
                handlings
                        .computeIfAbsent(words[1], id -> new ArrayList<>())
                        .add(new Handling(process, Long.parseLong(words[2]), Long.parseLong(words[3])));
            default -> {
                return false;
            }
        }
        return true;
    }

    int enqueued() {
        return enqueued.size();
    }

    /** Acknowledged messages that no handler has handled. */
    Set<String> lost() {
        Set<String> lost = new HashSet<>(enqueued);
        lost.removeAll(handlings.keySet());
        return lost;
    }

    long handledBy(List<String> processes) {
        return handlings.values().stream()
                .flatMap(List::stream)
                .filter(handling -> processes.contains(handling.process))
                .count();
    }

    /** Messages that one process enqueued and another handled. */
    long handledElsewhere() {
        return handlings.entrySet().stream()
                .filter(message -> message.getValue().stream()
                        .noneMatch(handling -> message.getKey().startsWith(handling.process + "-")))
                .count();
    }

    /** Messages that were given to somebody while a handler of these processes had them. */
    List<String> stolenFrom(List<String> processes) {
        List<String> stolen = new ArrayList<>();
        handlings.forEach((id, all) -> {
            for (Handling own : all) {
                boolean isStolen = processes.contains(own.process)
                        && all.stream()
                                .anyMatch(other -> other != own && own.start < other.start && other.start < own.end);
                if (isStolen) {
                    stolen.add(id + " " + all);
                }
            }
        });
        return stolen;
    }
}
