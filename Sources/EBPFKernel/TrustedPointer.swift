// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A pointer to a structure of the kernel whose type the verifier knows: fields are read directly, and a read that fails gives zero.
///
/// The arguments of `tp_btf` programs are such. What a field points to is trusted in the same way. Linux 5.5.
@dynamicMemberLookup
@frozen public struct TrustedPointer<Pointee: KernelType>: BitwiseCopyable, Sendable {
    /// The address.
    public let address: UInt

    /// A pointer that the kernel handed out.
    @inline(__always) public init(address: UInt) { self.address = address }

    /// Whether it leads nowhere.
    @inline(__always) public var isNull: Bool { address == 0 }

    /// The same as a pointer that is read by copying.
    @inline(__always) public var untrusted: KernelPointer<Pointee> { KernelPointer(address: address) }

    /// Reads a field.
    public subscript<Field: KernelValue>(dynamicMember path: KeyPath<Pointee, Field>) -> Field {
        @_transparent get {
            let offset = MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped
            let place = ebpf_core_address(UnsafePointer<Pointee>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), address, offset)
            return UnsafePointer<Field>(bitPattern: place).unsafelyUnwrapped.pointee
        }
    }

    /// Reads a field that points to another structure.
    public subscript<Field: KernelType>(dynamicMember path: KeyPath<Pointee, KernelPointer<Field>>) -> TrustedPointer<Field> {
        @_transparent get {
            let offset = MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped
            let place = ebpf_core_address(
                UnsafePointer<Pointee>(bitPattern: 0), UnsafePointer<KernelPointer<Field>>(bitPattern: 0), address, offset)
            return TrustedPointer<Field>(address: UnsafePointer<UInt>(bitPattern: place).unsafelyUnwrapped.pointee)
        }
    }

    /// An array within the structure.
    public subscript<let count: Int, Element: KernelValue>(dynamicMember path: KeyPath<Pointee, InlineArray<count, Element>>) -> DirectArray<
        Pointee, Element
    > {
        @_transparent get {
            DirectArray(address: address, offset: MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped, count: count)
        }
    }

    /// An array of structures within the structure.
    public subscript<let count: Int, Element: KernelType>(dynamicMember path: KeyPath<Pointee, InlineArray<count, Element>>)
        -> DirectStructureArray<Pointee, Element>
    {
        @_transparent get {
            DirectStructureArray(address: address, offset: MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped, count: count)
        }
    }

    /// A structure within the structure.
    public subscript<Field: KernelType>(dynamicMember path: KeyPath<Pointee, Field>) -> TrustedPointer<Field> {
        @_transparent get {
            let offset = MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped
            return TrustedPointer<Field>(
                address: ebpf_core_address(UnsafePointer<Pointee>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), address, offset))
        }
    }
}

/// Says what to write where a member of a structure of the kernel is declared as one.
@available(
    *, unavailable,
    message: "a member of a KernelType that points to a structure is a KernelPointer; read through a TrustedPointer, it is answered as one"
)
extension TrustedPointer: KernelValue {}
