// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import io.kvreactive.testsupport.NativeImageMetadata;
import org.junit.jupiter.api.Test;

class NativeImageTest {

    @Test
    void nativeImagesAreToldWhatTheyCannotSee() {
        NativeImageMetadata.ofArtifact("jackson-dataformat-v8").fitsTheClasses("IntegersDeserializer");
    }
}
