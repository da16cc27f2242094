// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The one reader of `/proc/kallsyms`, the list of the running kernel's symbols (kernel/kallsyms.c).
///
/// A line is `ffffffff81000000 T name`; for a symbol of a module, a tabulator and the module's name in brackets follow. The letters are those of
/// nm(1). Without CONFIG_KALLSYMS_ALL only functions are listed.
enum Kallsyms {
    static let path = "/proc/kallsyms"

    /// One line, with its place in the text that was handed in with it.
    struct Line {
        let address: UInt64
        /// What nm(1) calls the kind of symbol: `T` and `t` for functions, `W` and `w` for those that another may replace.
        let letter: UInt8
        let name: Range<Int>
        /// The module's name, `bpf` for programs, `__builtin__ftrace` and the like for code that the kernel made; empty for the kernel's own.
        let module: Range<Int>

        /// Whether it is a function or a label in code.
        var isCode: Bool { letter | 0x20 == UInt8(ascii: "t") || letter | 0x20 == UInt8(ascii: "w") }
    }

    /// What to do behind a line.
    enum Course { case goOn, stop }

    /// Reads the list from its beginning, piece by piece.
    ///
    /// - Throws: ``EBPFError`` where it cannot be read.
    static func read(for operation: String, _ body: (RawSpan, Line) -> Course) throws(EBPFError) {
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw failure(errno, operation) }
        let file = Descriptor(number)
        // The kernel answers at most a page at a time; each call costs it a search for the place.
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var filled = 0
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress.map { $0 + filled }, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno, operation) }
            if count == 0 { return }
            filled += count
            let (used, course) = parse(chunk.span.bytes.extracting(..<filled), body)
            if course == .stop { return }
            // What stands behind the last end of a line is kept; a line that is longer than all this is none.
            let rest = used == 0 && filled == chunk.count ? 0 : filled - used
            for index in 0..<rest { chunk[index] = chunk[used + index] }
            filled = rest
        }
    }

    private static func failure(_ errno: Int32, _ operation: String) -> EBPFError {
        guard errno == ENOENT else { return EBPFError(system: errno, operation) }
        return EBPFError(
            .unsupported, operation, cause: "there is no \(path)", remedy: "use a kernel that is built with CONFIG_KALLSYMS, and mount proc",
            errno: errno)
    }

    /// What it means that the addresses are all zero.
    static func hidden(for operation: String) -> EBPFError {
        EBPFError(
            .permission, operation, cause: "the kernel shows this process no addresses",
            remedy: "run with CAP_SYSLOG, or set the sysctl kernel.kptr_restrict to 0 or 1")
    }

    /// Reads the whole lines of a text; what is no such line is left out. Answers how many bytes they have.
    static func parse(_ text: RawSpan, _ body: (RawSpan, Line) -> Course) -> (used: Int, course: Course) {
        var start = 0
        var place = 0
        while place < text.byteCount {
            guard text.byte(at: place) == UInt8(ascii: "\n") else {
                place += 1
                continue
            }
            if let line = line(text, start..<place), body(text, line) == .stop { return (place + 1, .stop) }
            place += 1
            start = place
        }
        return (start, .goOn)
    }

    private static func line(_ text: RawSpan, _ range: Range<Int>) -> Line? {
        // As many digits as an address has, a space, a letter, a space.
        var address: UInt64 = 0
        var place = range.lowerBound
        while place < range.upperBound, place - range.lowerBound < 16, let digit = hexadecimalDigit(text.byte(at: place)) {
            address = address << 4 | digit
            place += 1
        }
        guard place - range.lowerBound >= 8, range.upperBound - place > 3, text.byte(at: place) == UInt8(ascii: " "),
            text.byte(at: place + 2) == UInt8(ascii: " ")
        else { return nil }
        let start = place + 3
        var end = start
        while end < range.upperBound, text.byte(at: end) != UInt8(ascii: "\t") { end += 1 }
        guard end > start else { return nil }
        let hasModule =
            range.upperBound - end > 3 && text.byte(at: end + 1) == UInt8(ascii: "[")
            && text.byte(at: range.upperBound - 1) == UInt8(ascii: "]")
        let module = hasModule ? end + 2..<range.upperBound - 1 : end..<end
        return Line(address: address, letter: text.byte(at: place + 1), name: start..<end, module: module)
    }
}

/// The value of a digit, or `nil`.
func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}

extension RawSpan {
    /// The byte at a place, which is inside: `unsafeLoad` checks bounds, and a byte has no alignment and no invalid value.
    func byte(at place: Int) -> UInt8 { unsafeLoad(fromByteOffset: place, as: UInt8.self) }

    /// A text of these bytes, with ill-formed UTF-8 repaired.
    var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

    func elementsEqual(_ bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        for index in 0..<byteCount where byte(at: index) != bytes[index] { return false }
        return true
    }
}
