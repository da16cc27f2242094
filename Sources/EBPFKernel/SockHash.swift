// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Sockets by keys, to which programs hand the data of others.
///
///     let sockets = SockHash<Connection>(maxEntries: 1024)
///
///     return sockets.redirect(message: context, to: Connection(...))
///
/// User space puts them in, or a program of `sockops` does. Linux 4.18. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_SOCKHASH`.
@frozen public struct SockHash<Key: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` sockets, none at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 18, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }

    /// What a program of `sk_msg` answers to hand its data to a socket: `SK_PASS`, or `SK_DROP` where there is none. Linux 4.18.
    ///
    /// - Parameter ingress: whether the socket receives the data, rather than sends it (`BPF_F_INGRESS`).
    @inline(__always) public func redirect(message context: some ProgramContext, to key: Key, ingress: Bool = false) -> StreamVerdict {
        withUnsafePointer(to: self) { map in
            let map = UnsafeMutableRawPointer(mutating: map)
            return withZeroedCopy(of: key) {
                StreamVerdict(rawValue: Int32(truncatingIfNeeded: bpf_msg_redirect_hash(context.address, map, $0, ingress ? 1 : 0)))
            }
        }
    }

    /// What a program of `sk_skb` answers to hand its packet to a socket: `SK_PASS`, or `SK_DROP` where there is none. Linux 4.18.
    ///
    /// - Parameter ingress: whether the socket receives the packet, rather than sends it (`BPF_F_INGRESS`).
    @inline(__always) public func redirect(packet context: some ProgramContext, to key: Key, ingress: Bool = false) -> StreamVerdict {
        withUnsafePointer(to: self) { map in
            let map = UnsafeMutableRawPointer(mutating: map)
            return withZeroedCopy(of: key) {
                StreamVerdict(rawValue: Int32(truncatingIfNeeded: bpf_sk_redirect_hash(context.address, map, $0, ingress ? 1 : 0)))
            }
        }
    }

    /// Puts the socket in that a program of `sockops` was called for. Linux 4.18.
    ///
    /// - Returns: 0, or a negative errno.
    @inline(__always) @discardableResult
    public func insert(_ context: some ProgramContext, for key: Key, _ condition: UpdateCondition = .always) -> Int {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: key) { bpf_sock_hash_update(context.address, UnsafeMutableRawPointer(mutating: map), $0, condition.rawValue) }
        }
    }
}
