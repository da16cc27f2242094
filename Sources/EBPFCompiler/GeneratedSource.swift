// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The Swift source that embeds an object in the module of its kernel half.
public struct GeneratedSource: Sendable {
    /// The type to declare.
    public var name: String
    /// The object's bytes.
    public var object: [UInt8]

    /// A source that declares a type `name` and embeds `object` in it.
    public init(name: String, object: [UInt8]) {
        self.name = name
        self.object = object
    }

    /// The source's text. The module that it is compiled into depends on `EBPF`.
    public var text: String {
        """
        // Generated from a kernel half by the build plugin EBPFBuild. Changes are lost with the next build.

        public import EBPF

        /// The kernel half `\(name)`, compiled for eBPF.
        public enum \(name) {
            /// The object as a value, to be changed and loaded.
            public static func object() throws(ObjectError) -> ObjectFile {
                try ObjectFile(base64: bytes)
            }

            private static let bytes: StaticString = "\(Base64.encode(object))"
        }

        """
    }

    /// Writes the text to a file.
    ///
    /// - Throws: ``CompilerError`` where the file cannot be written.
    public func write(to path: String) throws(CompilerError) {
        try FileAccess.write(text, to: path)
    }
}
