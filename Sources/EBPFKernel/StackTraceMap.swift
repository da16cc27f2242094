// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Which functions have called one another, each such stack under a number: user space reads it as up to 127 addresses.
///
///     let stacks = StackTraceMap(maxEntries: 1024)
///
///     guard let stack = stacks.number(of: .user, context) else { return 0 }
///
/// Linux 4.6. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_STACK_TRACE`.
@frozen public struct StackTraceMap: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` stacks of 127 addresses, as deep as the kernel goes by itself. What is passed must be known when the kernel half is
    /// compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 7, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }

    /// Keeps the stack of what runs, and answers its number: that which it has already, where it was seen before. Linux 4.6.
    ///
    /// - Parameters:
    ///   - context: what the program was called with: one that traces.
    ///   - skipping: how many functions are left out, from the innermost on: 0 to 255.
    ///   - replacing: whether a stack that is in the way gives up its place (`BPF_F_REUSE_STACKID`).
    /// - Returns: `nil` where there is no such stack, or another one is in the way.
    @inline(__always)
    public func number(of side: StackSide, _ context: some ProgramContext, skipping: UInt8 = 0, replacing: Bool = false) -> UInt32? {
        withUnsafePointer(to: self) { map in
            let flags = side.rawValue | UInt64(skipping) | (replacing ? 1 << 10 : 0)
            let number = bpf_get_stackid(context.address, UnsafeMutableRawPointer(mutating: map), flags)
            return number < 0 ? nil : UInt32(truncatingIfNeeded: number)
        }
    }
}

/// Whose functions a stack is made of.
@frozen public struct StackSide: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: UInt64
    @inline(__always) @usableFromInline init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The kernel's.
    @inline(__always) public static var kernel: StackSide { StackSide(rawValue: 0) }
    /// Those of the process that runs (`BPF_F_USER_STACK`).
    @inline(__always) public static var user: StackSide { StackSide(rawValue: 1 << 8) }
}
