// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Whether the kernel does what it was asked for: what programs of sections `lsm/HOOK` and `fmod_ret/FUNCTION` answer.
///
/// `include/linux/lsm_hook_defs.h`. Linux 5.7.
@frozen public struct AccessDecision: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// A decision by its number: 0, or a negative errno.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It is done, unless somebody else denies it. For `fmod_ret`: the function runs.
    @inline(__always) public static var allow: AccessDecision { AccessDecision(rawValue: 0) }
    /// It is not done; who asked for it is told EPERM.
    @inline(__always) public static var deny: AccessDecision { AccessDecision(rawValue: -1) }
    /// It is not done; who asked for it is told this errno, from 1 to 4,095 (`MAX_ERRNO`): the verifier looks at that.
    @inline(__always) public static func deny(errno: UInt16) -> AccessDecision {
        // What is no errno denies as well.
        let number = Int32(truncatingIfNeeded: errno & 4095)
        return number == 0 ? .deny : AccessDecision(rawValue: 0 &- number)
    }
    /// What somebody decided before, as the last argument of the hook says.
    @inline(__always) public static func same(as earlier: Int32) -> AccessDecision { AccessDecision(rawValue: earlier) }
}
