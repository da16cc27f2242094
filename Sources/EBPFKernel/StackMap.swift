// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Values that come out in the order opposite to that in which they went in.
///
///     let waiting = StackMap<UInt32>(maxEntries: 256)
///
///     waiting.push(currentProcess.id)
///     if let process = waiting.pop() { ... }
///
/// Linux 4.20. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_STACK`.
@frozen public struct StackMap<Value: BitwiseCopyable>: ValueQueue, ~Copyable, @unchecked Sendable {
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` values. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 23, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
