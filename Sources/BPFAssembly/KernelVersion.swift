// SPDX-License-Identifier: Apache-2.0

/// A release of Linux, as far as it says what a kernel has: `6.1`.
public struct KernelVersion: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The number before the point.
    public let major: Int
    /// The number behind the point. What follows a second point says nothing about what a kernel has.
    public let minor: Int

    /// A release by its two numbers: `KernelVersion(6, 1)`.
    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads the numbers at the beginning of a release's name: `6.18.44-amd64`, and `7.3-cloud` likewise.
    public init?(_ release: some StringProtocol) {
        // The facts about each instruction come through here, as literals: bytes are read, not characters.
        var numbers = (major: nil as Int?, minor: nil as Int?)
        var isBehindPoint = false
        for byte in release.utf8 {
            if !isBehindPoint, byte == UInt8(ascii: ".") {
                isBehindPoint = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            let digit = Int(byte - UInt8(ascii: "0"))
            let (tens, isTooLarge) = ((isBehindPoint ? numbers.minor : numbers.major) ?? 0).multipliedReportingOverflow(by: 10)
            let (number, overflow) = tens.addingReportingOverflow(digit)
            guard !isTooLarge, !overflow else { return nil }
            if isBehindPoint { numbers.minor = number } else { numbers.major = number }
        }
        guard let major = numbers.major, let minor = numbers.minor else { return nil }
        self.init(major, minor)
    }

    /// For the tables of facts. A literal that is no version counts as 0.0, which a test of each table refuses.
    public init(stringLiteral value: String) {
        self = KernelVersion(value) ?? KernelVersion(0, 0)
    }

    /// By numbers, not by text: 5.9 comes before 5.10.
    public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// The two numbers with the point: `6.1`.
    public var description: String { "\(major).\(minor)" }
}
