// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files under {@code testdata/}: bytes and databases made by the real Deno. {@code testdata/FORMAT.md} explains them. */
public final class Vectors {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Vectors() {}

    /** The path of a file under {@code testdata/}. Never open a SQLite file there; take a {@link #copy}. */
    public static Path path(String name) {
        String configured = System.getProperty("testdata");
        Path folder = configured != null ? Path.of(configured) : nearestTestdata();
        return folder.resolve(name);
    }

    /** The parsed JSON file. */
    public static JsonNode json(String name) {
        return JSON.readTree(path(name).toFile());
    }

    /** The elements of the array {@code member} of a JSON file; fails when there are none. */
    public static List<JsonNode> cases(String name, String member) {
        List<JsonNode> cases = new ArrayList<>();
        json(name).get(member).forEach(cases::add);
        if (cases.isEmpty()) {
            throw new IllegalStateException(name + " has no " + member);
        }
        return cases;
    }

    /** The bytes of a value case: {@code hex}, or {@code gz} (base64 of gzip) checked against {@code sha256}. */
    public static byte[] bytes(JsonNode valueCase) {
        if (valueCase.has("hex")) {
            return HexFormat.of().parseHex(valueCase.get("hex").asString());
        }
        byte[] zipped = Base64.getDecoder().decode(valueCase.get("gz").asString());
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            byte[] bytes = in.readAllBytes();
            String sum = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            if (!sum.equals(valueCase.get("sha256").asString())) {
                throw new IllegalStateException("checksum of " + valueCase.get("name"));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A writable copy of a file under {@code testdata/}, in the given folder. */
    public static Path copy(String name, Path folder) {
        try {
            return Files.copy(path(name), folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The parts of a key in the notation of {@code FORMAT.md}, as {@code KvKey.of} takes them: a part that is none in JavaScript is a Java object
     * that is none either.
     */
    public static Object[] keyParts(JsonNode key) {
        List<Object> parts = new ArrayList<>();
        for (JsonNode part : key) {
            parts.add(keyPart(part));
        }
        return parts.toArray();
    }

    private static @Nullable Object keyPart(JsonNode part) {
        return switch (part.get("type").asString()) {
            case "string" -> text(part);
            case "bytes" -> bytesPart(part);
            case "bigint" -> new BigInteger(part.get("value").asString());
            case "number" ->
                Double.longBitsToDouble(Long.parseUnsignedLong(part.get("bits").asString(), 16));
            case "boolean" -> part.get("value").asBoolean();
            case "invalid" -> noKeyPart(part.get("js").asString());
            default -> throw new IllegalArgumentException("a part of type " + part.get("type"));
        };
    }

    private static String text(JsonNode part) {
        if (part.has("utf16")) {
            byte[] units = HexFormat.of().parseHex(part.get("utf16").asString());
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < units.length; i += 2) {
                text.append((char) (((units[i] & 0xFF) << 8) | (units[i + 1] & 0xFF)));
            }
            return text.toString();
        }
        return part.has("repeat")
                ? part.get("repeat").asString().repeat(part.get("count").asInt())
                : part.get("value").asString();
    }

    private static byte[] bytesPart(JsonNode part) {
        if (part.has("hex")) {
            return HexFormat.of().parseHex(part.get("hex").asString());
        }
        byte[] bytes = new byte[part.get("length").asInt()];
        Arrays.fill(bytes, (byte) part.get("fill").asInt());
        return bytes;
    }

    private static @Nullable Object noKeyPart(String js) {
        return switch (js) {
            case "null", "undefined" -> null;
            case "array" -> List.of();
            case "date" -> Instant.EPOCH;
            default -> new Object();
        };
    }

    private static Path nearestTestdata() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("testdata"))) {
                return at.resolve("testdata");
            }
        }
        throw new IllegalStateException(
                "no folder testdata above " + Path.of("").toAbsolutePath());
    }
}
