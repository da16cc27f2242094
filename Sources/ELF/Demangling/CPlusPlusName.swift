// SPDX-License-Identifier: Apache-2.0

/// Names of C++ as linkers know them, mangled as the Itanium C++ ABI says, which all compilers for Linux follow; and those of Rust before its
/// mangling of version 0, which look like them.
public enum CPlusPlusName {
    /// The most bytes of a name that is read.
    public static let limit = 4096

    /// A name as people write it, in the form that c++filt gives it; `nil` where it is none that is read here.
    ///
    ///     CPlusPlusName.demangled("_ZN3foo3barEi")   // foo::bar(int)
    ///
    /// Time and memory are bounded, whatever the name: one that stands for more than 64 KiB is none.
    public static func demangled(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        guard bytes.count <= limit, bytes.starts(with: "_Z".utf8) else { return nil }
        if let rust = RustName.demangled(bytes) { return rust }
        var parser = CPlusPlusParser(bytes, at: 2)
        guard let node = try? parser.read(), let clones = clones(bytes[parser.place...]) else { return nil }
        var printer = CPlusPlusPrinter(parser)
        printer.write(node)
        for clone in clones { printer.write(" [clone \(clone)]") }
        return printer.isExceeded ? nil : String(decoding: printer.output, as: UTF8.self)
    }

    /// What compilers put behind the names of parts and copies of functions: `.constprop.0`, `.cold`. `nil` where something else stands there.
    private static func clones(_ bytes: ArraySlice<UInt8>) -> [String]? {
        var clones: [String] = []
        var rest = bytes
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        func isWord(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") }
        while let dot = rest.first {
            guard dot == UInt8(ascii: "."), let next = rest.dropFirst().first, isWord(next) || isDigit(next) else { return nil }
            var end = rest.startIndex + 1
            while end < rest.endIndex, isWord(rest[end]) || (isDigit(next) && isDigit(rest[end])) { end += 1 }
            // Numbers belong to the word in front.
            while end + 1 < rest.endIndex, rest[end] == dot, isDigit(rest[end + 1]) {
                end += 1
                while end < rest.endIndex, isDigit(rest[end]) { end += 1 }
            }
            clones.append(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
            rest = rest[end...]
        }
        return clones
    }
}
