// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Whether tests can load programs into the running kernel.
enum LiveKernel {
    static let isAvailable = geteuid() == 0
    static let reason: Comment = "not run, because loading eBPF programs needs root"

    /// The first two numbers of the kernel's release.
    static let release: [Int] = {
        var names = utsname()
        uname(&names)
        let release = withUnsafeBytes(of: names.release) { String(decoding: $0, as: UTF8.self) }
        return release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    }()

    /// Linux 5.18: `enum skb_drop_reason` is handed to the tracepoint by all that drops datagrams.
    static let saysWhyPacketsAreDropped = !release.lexicographicallyPrecedes([5, 18])
    static let saysNoReason: Comment = "not run, because kernels before Linux 5.18 do not say why they drop a datagram"
}

/// A call that failed.
struct FailedCall: Error, CustomStringConvertible {
    let description: String

    /// Throws where an answer is a negative errno, or -1 with one in `errno`.
    @discardableResult static func check(_ status: Int32, _ call: String) throws -> Int32 {
        guard status < 0 else { return status }
        throw FailedCall(description: "\(call): \(String(cString: strerror(status == -1 ? errno : -status)))")
    }
}
