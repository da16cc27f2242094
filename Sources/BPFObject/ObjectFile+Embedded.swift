// SPDX-License-Identifier: Apache-2.0

import Bytes

extension ObjectFile {
    /// Reads an object that is embedded in Swift source as Base64: what the build plugin generates.
    ///
    /// - Throws: ``ObjectError``, as for any object.
    public init(base64 text: StaticString) throws(ObjectError) {
        // The pointer of a static string is valid for ever, and only read here.
        let bytes = text.withUTF8Buffer { Base64.decode($0) }
        guard let bytes else { throw ObjectError(.malformed, "the embedded object is not Base64; build it again") }
        try self.init(ByteView(bytes))
    }
}
