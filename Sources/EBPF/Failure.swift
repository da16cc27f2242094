// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

/// Why a call failed, judged from its error and what is known of the thing: cause, remedy, and what kind of failure that is.
///
/// Pure: each `Failure.of...` takes what was seen and answers, so that tests can make up kernels and things. ``EBPFError`` adds what was
/// being done, and hands refusals to ``Denial``.
struct Failure: Sendable, Hashable {
    var code: EBPFError.Code = .system
    let cause: String
    var remedy: String?

    init(_ code: EBPFError.Code = .system, _ cause: String, _ remedy: String? = nil) {
        self.code = code
        self.cause = cause
        self.remedy = remedy
    }

    /// An error as the C library spells it, and those that only the kernel has.
    static func text(of errno: Int32) -> String {
        switch errno {
        case notSupported: "this kernel does not support it (ENOTSUPP)"
        default: String(cString: strerror(errno))
        }
    }

    /// `ENOTSUPP` of `include/linux/errno.h`, which is meant for the kernel alone, and reaches user space all the same.
    static let notSupported: Int32 = 524
}
