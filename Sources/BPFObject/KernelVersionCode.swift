// SPDX-License-Identifier: Apache-2.0

/// A version of Linux as programs compare it (`LINUX_VERSION_CODE`): `major << 16 | minor << 8 | patch`.
public struct KernelVersionCode: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number that programs see.
    public let rawValue: UInt32
    /// A version by its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A version by its three numbers; `nil` where the first two do not fit in 16 and 8 bits. A patch above 255 counts as 255, as in the kernel's
    /// own `Makefile`.
    public init?(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        guard (0...0xFFFF).contains(major), (0...0xFF).contains(minor), patch >= 0 else { return nil }
        rawValue = UInt32(major) << 16 | UInt32(minor) << 8 | UInt32(min(patch, 255))
    }

    /// The version that a kernel was built from, as its texts say.
    ///
    /// Debian and Ubuntu keep the numbers of a release's name for long, and write elsewhere from what they built it:
    ///
    /// | text | example | version |
    /// |---|---|---|
    /// | `/proc/version_signature` of Ubuntu | `Ubuntu 5.4.0-12.15-generic 5.4.8` | 5.4.8 |
    /// | `utsname.version` of Debian | `#1 SMP Debian 4.19.260-1 (2022-09-29)` | 4.19.260 |
    /// | `utsname.release` of all others | `6.18.44`, and `7.3-cloud-amd64` likewise, whose patch is 0 | 6.18.44 |
    ///
    /// - Returns: `nil` where no text begins with two numbers where they belong.
    public init?(release: String, version: String = "", signature: String = "") {
        let words = signature.split(whereSeparator: \.isWhitespace)
        if words.count >= 3, let code = Self(numbersOf: words[2]) {
            self = code
            return
        }
        let parts = version.split(separator: " ")
        if let place = parts.firstIndex(of: "Debian"), parts.indices.contains(place + 1), let code = Self(numbersOf: parts[place + 1]) {
            self = code
            return
        }
        guard let code = Self(numbersOf: release[...]) else { return nil }
        self = code
    }

    /// Reads two or three numbers at the beginning of a text.
    private init?(numbersOf text: Substring) {
        var numbers: [Int] = []
        var rest = text.utf8
        while numbers.count < 3 {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let number = Int(String(Substring(digits))) else { break }
            numbers.append(number)
            rest = rest[digits.endIndex...]
            guard rest.first == UInt8(ascii: ".") else { break }
            rest = rest.dropFirst()
        }
        guard numbers.count >= 2 else { return nil }
        self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
    }

    /// By numbers, not by text: 5.9 comes before 5.10.
    public static func < (left: KernelVersionCode, right: KernelVersionCode) -> Bool { left.rawValue < right.rawValue }

    /// The three numbers with points: `6.1.90`.
    public var description: String { "\(rawValue >> 16).\(rawValue >> 8 & 0xFF).\(rawValue & 0xFF)" }
}
