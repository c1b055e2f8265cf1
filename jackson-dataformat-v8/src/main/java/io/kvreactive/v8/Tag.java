// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/** The tag bytes. docs/spec/v8-structured-clone.md, section 1.4. */
final class Tag {

    static final byte VERSION = (byte) 0xff;
    static final byte PADDING = 0;
    static final byte OBJECT_COUNT = '?';
    static final byte HOLE = '-';
    static final byte UNDEFINED = '_';
    static final byte NULL = '0';
    static final byte TRUE = 'T';
    static final byte FALSE = 'F';
    static final byte INT32 = 'I';
    static final byte UINT32 = 'U';
    static final byte DOUBLE = 'N';
    static final byte BIGINT = 'Z';
    static final byte UTF8 = 'S';
    static final byte LATIN1 = '"';
    static final byte UTF16 = 'c';
    static final byte REFERENCE = '^';
    static final byte OBJECT = 'o';
    static final byte END_OBJECT = '{';
    static final byte DENSE = 'A';
    static final byte END_DENSE = '$';
    static final byte SPARSE = 'a';
    static final byte END_SPARSE = '@';
    static final byte DATE = 'D';
    static final byte BOXED_TRUE = 'y';
    static final byte BOXED_FALSE = 'x';
    static final byte BOXED_NUMBER = 'n';
    static final byte BOXED_BIGINT = 'z';
    static final byte BOXED_STRING = 's';
    static final byte REGEXP = 'R';
    static final byte MAP = ';';
    static final byte END_MAP = ':';
    static final byte SET = '\'';
    static final byte END_SET = ',';
    static final byte BUFFER = 'B';
    static final byte IMMUTABLE_BUFFER = 'C';
    static final byte RESIZABLE_BUFFER = '~';
    static final byte VIEW = 'V';
    static final byte ERROR = 'r';
    static final byte HOST = '\\';
    static final byte ERROR_MESSAGE = 'm';
    static final byte ERROR_STACK = 's';
    static final byte ERROR_CAUSE = 'c';
    static final byte ERROR_END = '.';

    private static final String VALUES = "_0TFIUNZS\"c^oaADyxnzsR;'BC~r\\";
    private static final String OUT_OF_BAND = "tuEwmp";
    private static final String ENDS = "{$@:,";

    private Tag() {}

    /** Whether the byte begins a value of this format. */
    static boolean beginsValue(byte tag) {
        return VALUES.indexOf(tag & 0xff) >= 0;
    }

    /** Whether the byte begins something that refers to a thing outside of the bytes. */
    static boolean isOutOfBand(byte tag) {
        return OUT_OF_BAND.indexOf(tag & 0xff) >= 0;
    }

    /** Whether the byte ends some container. */
    static boolean isEnd(byte tag) {
        return ENDS.indexOf(tag & 0xff) >= 0;
    }
}
