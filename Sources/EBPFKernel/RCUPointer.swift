// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A pointer to a structure of the kernel that stays as long as a section of RCU, and cannot leave it. Its fields are read directly, as those of a
/// ``TrustedPointer``.
///
/// What holds a structure for longer takes it over: ``OwnedTask/init(_:)-(RCUPointer<Task>)``. Linux 6.2.
@dynamicMemberLookup
@frozen public struct RCUPointer<Pointee: KernelType>: ~Escapable {
    @usableFromInline let address: UInt

    @_lifetime(immortal) @inline(__always) @usableFromInline init(address: UInt) { self.address = address }

    /// Whether it leads nowhere: what a field points to may.
    @inline(__always) public var isNull: Bool { address == 0 }

    /// Reads a field.
    public subscript<Field: KernelValue>(dynamicMember path: KeyPath<Pointee, Field>) -> Field {
        @_transparent get { TrustedPointer<Pointee>(address: address)[dynamicMember: path] }
    }

    /// Follows a field that points to another structure.
    public subscript<Field: KernelType>(dynamicMember path: KeyPath<Pointee, KernelPointer<Field>>) -> RCUPointer<Field> {
        @_lifetime(copy self) @_transparent get { RCUPointer<Field>(address: TrustedPointer<Pointee>(address: address)[dynamicMember: path].address) }
    }

    /// A structure within the structure.
    public subscript<Field: KernelType>(dynamicMember path: KeyPath<Pointee, Field>) -> RCUPointer<Field> {
        @_lifetime(copy self) @_transparent get { RCUPointer<Field>(address: TrustedPointer<Pointee>(address: address)[dynamicMember: path].address) }
    }
}
