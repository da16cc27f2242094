// SPDX-License-Identifier: Apache-2.0

/// A place in a program or library where a probe is to be attached, as people name it.
///
///     let malloc = try UserTarget("libc.so.6", symbol: "malloc").resolve()
///
/// A program or library is named by its path, or by its name alone. A library is then looked for as the dynamic linker does: among the files that
/// the process has mapped, in `LD_LIBRARY_PATH`, in `/etc/ld.so.cache`, and in the usual directories; `libc` means `libc.so.6`. A program is looked
/// for in `PATH`.
///
/// With a process, files are those that it sees, in its mount namespace.
public struct UserTarget: Sendable, Hashable {
    /// Where in the file.
    public enum Place: Sendable, Hashable {
        /// A number of bytes behind the beginning of a function.
        case symbol(String, offset: UInt64)
        /// A number of bytes behind the beginning of the file.
        case fileOffset(UInt64)
    }

    /// The path or the name of the program or library.
    public let binary: String
    /// Where in it.
    public let place: Place
    /// The process whose files are meant; `nil` for those of this process.
    public let process: Int32?

    /// A function of a program or library.
    ///
    /// - Parameters:
    ///   - binary: the path, or the name alone.
    ///   - symbol: the function's name, which may end in a version: `memcpy@GLIBC_2.2.5`.
    ///   - offset: how many bytes behind the function's beginning; there must be the beginning of an instruction.
    ///   - process: the process whose files are meant.
    public init(_ binary: String, symbol: String, offset: UInt64 = 0, process: Int32? = nil) {
        self.binary = binary
        place = .symbol(symbol, offset: offset)
        self.process = process
    }

    /// A place in the file of a program or library, in bytes from its beginning.
    public init(_ binary: String, fileOffset: UInt64, process: Int32? = nil) {
        self.binary = binary
        place = .fileOffset(fileOffset)
        self.process = process
    }

    /// Reads what stands behind the kind of probe in a section's name: `PATH:FUNCTION` or `PATH:FUNCTION+OFFSET`.
    ///
    /// The last colon separates, so that paths may have some. The offset is decimal, hexadecimal with `0x`, or octal with `0`, as in C.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/invalid`` where the text has no colon, or nothing on one side of it.
    public init(parsing text: String, process: Int32? = nil) throws(EBPFError) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex, text.index(after: colon) != text.endIndex else {
            throw EBPFError(
                .invalid, "read the target '\(text)'", cause: "it is not of the form PATH:FUNCTION or PATH:FUNCTION+OFFSET",
                remedy: "name a program or library and one of its functions, such as 'libc.so.6:malloc'")
        }
        let function = text[text.index(after: colon)...]
        var symbol = String(function)
        var offset: UInt64 = 0
        // What follows the plus may be a part of the name.
        if let plus = function.lastIndex(of: "+"), plus != function.startIndex, let number = Self.number(function[function.index(after: plus)...]) {
            (symbol, offset) = (String(function[..<plus]), number)
        }
        self.init(String(text[..<colon]), symbol: symbol, offset: offset, process: process)
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard let first = text.first, first.isASCII, first.isNumber else { return nil }
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return UInt64(text.dropFirst(2), radix: 16) }
        return UInt64(text, radix: first == "0" ? 8 : 10)
    }

    /// The place as people write it: `malloc+0x10`, or an offset in the file.
    var placeDescription: String {
        switch place {
        case .symbol(let name, let offset): offset == 0 ? name : "\(name)+0x\(String(offset, radix: 16))"
        case .fileOffset(let offset): "offset 0x\(String(offset, radix: 16))"
        }
    }
}
