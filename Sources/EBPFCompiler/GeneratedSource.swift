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
    /// - Throws: ``CompilerError`` where the name cannot be that of a type, or the file cannot be written.
    public func write(to path: String) throws(CompilerError) {
        try Self.check(name: name)
        try FileAccess.replace(path, by: Array(text.utf8))
    }

    /// Checks a name before anything is compiled or written for it.
    ///
    /// - Throws: ``CompilerError`` where it cannot be that of a type.
    public static func check(name: String) throws(CompilerError) {
        guard isTypeName(name) else {
            throw CompilerError(
                .source,
                "error: '\(name)' becomes the name of a Swift type, which it cannot be; rename the kernel half's file, as to Opens.bpf.c or Opens.bpf.swift"
            )
        }
    }

    /// Writes an object itself to a file, for tools that read objects.
    ///
    /// - Throws: ``CompilerError`` where the file cannot be written.
    public static func write(_ object: [UInt8], to path: String) throws(CompilerError) { try FileAccess.replace(path, by: object) }

    /// Whether the name can be that of a type: a capital letter first, as types have, which no keyword has but `Self`, `Any` and
    /// `Type`.
    private static func isTypeName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return false }
        guard !["Self", "Any", "Type", "Protocol"].contains(name) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
