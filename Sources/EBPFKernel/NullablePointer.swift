// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// An argument that points to a structure of the kernel, or nowhere: the verifier demands that it is asked first.
///
///     guard let task = task.trusted else { return }
///
/// Arguments of iterators are such. Linux 5.8.
@frozen public struct NullablePointer<Pointee: KernelType>: BitwiseCopyable, Sendable {
    /// The address; 0 where it leads nowhere.
    public let address: UInt

    /// A pointer to an address.
    @inline(__always) public init(address: UInt) { self.address = address }

    /// What it points to; `nil` where it leads nowhere.
    @inline(__always) public var trusted: TrustedPointer<Pointee>? { address == 0 ? nil : TrustedPointer(address: address) }
}

/// An argument that points to bytes of a known form, or nowhere: the key and the value that `iter/bpf_map_elem` walks over.
@frozen public struct NullableBytes<Pointee: BitwiseCopyable>: BitwiseCopyable, Sendable {
    /// The address; 0 where it leads nowhere.
    public let address: UInt

    /// A pointer to an address.
    @inline(__always) public init(address: UInt) { self.address = address }

    /// What it points to, which may be changed where the kernel allows it; `nil` where it leads nowhere.
    @inline(__always) public var pointer: UnsafeMutablePointer<Pointee>? { UnsafeMutablePointer(bitPattern: address) }
}
