// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A pointer into the kernel's memory that may lead anywhere: what is read through it is copied by `bpf_probe_read_kernel`, which answers
/// zeroes where there is no memory.
///
///     let parent = currentTask(as: task_struct.self).real_parent.tgid
///
/// Fields are read by their names, at the places that they have in the kernel that runs (CO-RE).
@dynamicMemberLookup
@frozen public struct KernelPointer<Pointee>: BitwiseCopyable, Sendable {
    /// The address.
    public let address: UInt

    /// A pointer to an address.
    @inline(__always) public init(address: UInt) { self.address = address }

    /// Whether it leads nowhere.
    @inline(__always) public var isNull: Bool { address == 0 }
}

extension KernelPointer where Pointee: KernelValue {
    /// What it points to, which is no structure of the kernel.
    @inline(__always) public var pointee: Pointee { copyFromKernel(address) }

    /// What lies `index` elements further.
    @inline(__always) public subscript(index: Int) -> Pointee {
        copyFromKernel(address &+ UInt(bitPattern: index &* MemoryLayout<Pointee>.stride))
    }
}

extension KernelPointer where Pointee: KernelType {
    /// Reads a field.
    public subscript<Field: KernelValue>(dynamicMember path: KeyPath<Pointee, Field>) -> Field {
        @_transparent get {
            let offset = MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped
            return copyFromKernel(ebpf_core_address(UnsafePointer<Pointee>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), address, offset))
        }
    }

    /// An array within the structure.
    public subscript<let count: Int, Element: KernelValue>(dynamicMember path: KeyPath<Pointee, InlineArray<count, Element>>) -> KernelArray<
        Pointee, Element
    > {
        @_transparent get { KernelArray(address: address, offset: MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped, count: count) }
    }

    /// An array of structures within the structure.
    public subscript<let count: Int, Element: KernelType>(dynamicMember path: KeyPath<Pointee, InlineArray<count, Element>>)
        -> KernelStructureArray<Pointee, Element>
    {
        @_transparent get {
            KernelStructureArray(address: address, offset: MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped, count: count)
        }
    }

    /// A structure within the structure.
    public subscript<Field: KernelType>(dynamicMember path: KeyPath<Pointee, Field>) -> KernelPointer<Field> {
        @_transparent get { self.pointer(to: path) }
    }

    /// Where a field lies.
    @_transparent public func pointer<Field>(to path: KeyPath<Pointee, Field>) -> KernelPointer<Field> {
        let offset = MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped
        return KernelPointer<Field>(
            address: ebpf_core_address(UnsafePointer<Pointee>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), address, offset))
    }

    /// Reads a field of a number of bits, which is declared as the integer that it lies in: `task.bits(\\.in_execve)`.
    @_transparent public func bits<Field: FixedWidthInteger>(_ path: KeyPath<Pointee, Field>) -> Int64 {
        let offset = MemoryLayout<Pointee>.offset(of: path).unsafelyUnwrapped
        let type = UnsafePointer<Pointee>(bitPattern: 0)
        let field = UnsafePointer<Field>(bitPattern: 0)
        let value = copyBits(ebpf_core_address(type, field, address, offset), byteCount: ebpf_core_field(type, field, offset, 1))
        return shiftedBits(
            value, left: ebpf_core_field(type, field, offset, 4), right: ebpf_core_field(type, field, offset, 5),
            isSigned: ebpf_core_field(type, field, offset, 3) != 0)
    }

    /// The same memory as another structure.
    @inline(__always) public func cast<Other>(to type: Other.Type) -> KernelPointer<Other> { KernelPointer<Other>(address: address) }
}

/// Copies a value from the kernel's memory; zeroes where it cannot be read.
@inline(__always) public func copyFromKernel<Value: BitwiseCopyable>(_ address: UInt) -> Value {
    withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.size, alignment: MemoryLayout<Value>.alignment) { room in
        let place = room.baseAddress.unsafelyUnwrapped
        _ = bpf_probe_read_kernel(place, UInt32(truncatingIfNeeded: MemoryLayout<Value>.size), UnsafeRawPointer(bitPattern: address))
        return place.load(as: Value.self)
    }
}

/// Copies the integer that a field of bits lies in.
@inline(__always) @usableFromInline
func copyBits(_ address: UInt, byteCount: UInt64) -> UInt64 {
    var value: UInt64 = 0
    _ = bpf_probe_read_kernel(&value, UInt32(truncatingIfNeeded: byteCount), UnsafeRawPointer(bitPattern: address))
    return value
}

/// Moves the bits of a field to where a number has them. Both counts are less than 64, which C's shifts take for granted.
@inline(__always) @usableFromInline
func shiftedBits(_ value: UInt64, left: UInt64, right: UInt64, isSigned: Bool) -> Int64 {
    let highest = ebpf_shift_left(value, left)
    return isSigned ? ebpf_shift_right_signed(Int64(bitPattern: highest), right) : Int64(bitPattern: ebpf_shift_right(highest, right))
}
