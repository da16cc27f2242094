// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Programs by their index, from 0 on, which take the place of the one that calls them (tail calls).
///
///     let steps = ProgramArray<2, XDPContext>([.init(take_ipv4), .none])
///
///     steps.call(1, context)
///     return .pass   // where there is no program at 1
///
/// It has room for `count` programs. Which they are from the start is written there, or else user space puts them in; where they take arguments or a record,
/// user space alone does. All programs in one array are of one kind, that of `Context`: the array cannot be called with another. Linux 4.2.
/// `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_PROG_ARRAY`.
@frozen public struct ProgramArray<let count: Int, Context: ProgramContext>: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let programs: InlineArray<count, ProgramReference<Context>>
    @usableFromInline let identity = MapIdentity()

    /// An array and the programs in it, which must be known when the kernel half is compiled.
    @inline(__always)
    public init(_ programs: InlineArray<count, ProgramReference<Context>>, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 3, maxEntries: UInt32(truncatingIfNeeded: count), flags: flags, pinning: pinning)
        self.programs = programs
    }

    /// An array without programs at first.
    @inline(__always) public init(flags: MapFlags = .none, pinning: MapPinning = .none) {
        self.init(InlineArray(repeating: .none), flags: flags, pinning: pinning)
    }

    /// Goes on with another program, whose answer becomes that of this one. Returns only where there is no program at the index, or 33 such calls
    /// were made already. What this program holds is to be given back before. Linux 4.2; beside functions that say `@inline(never)` 5.10.
    @inline(__always) public func call(_ index: UInt32, _ context: Context) {
        withUnsafePointer(to: self) { _ = bpf_tail_call(context.address, UnsafeMutableRawPointer(mutating: $0), index) }
    }
}
