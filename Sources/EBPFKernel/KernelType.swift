// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A structure of the kernel, declared with only the fields that are read, in any order, under the kernel's names:
///
///     struct task_struct: KernelType {
///         var tgid: Int32
///         var real_parent: KernelPointer<task_struct>
///     }
///
/// Where a field lies in the kernel that runs is found when the program is loaded (CO-RE); what stands behind three underscores in a
/// name is left out when it is looked for, so that two forms of one structure can be declared: `task_struct___old`. A structure within
/// a structure is a `KernelType` as well.
public protocol KernelType: BitwiseCopyable {}

extension KernelType {
    /// Whether the kernel that runs has the structure.
    @inline(__always) public static var exists: Bool { ebpf_core_type(UnsafePointer<Self>(bitPattern: 0), 8) != 0 }

    /// How many bytes the structure has in the kernel that runs; 0 where it has none of that name.
    @inline(__always) public static var byteCount: Int { Int(truncatingIfNeeded: ebpf_core_type(UnsafePointer<Self>(bitPattern: 0), 9)) }

    /// Whether the kernel's structure has the field: `task_struct.has(\\.exit_code)`. One of another kind, such as an enumeration where an integer is
    /// declared, counts as none.
    @_transparent public static func has<Field>(_ path: KeyPath<Self, Field>) -> Bool {
        let offset = MemoryLayout<Self>.offset(of: path).unsafelyUnwrapped
        return ebpf_core_field(UnsafePointer<Self>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), offset, 2) != 0
    }

    /// How many bytes the field has in the kernel that runs.
    @_transparent public static func byteCount<Field>(of path: KeyPath<Self, Field>) -> Int {
        let offset = MemoryLayout<Self>.offset(of: path).unsafelyUnwrapped
        return Int(truncatingIfNeeded: ebpf_core_field(UnsafePointer<Self>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), offset, 1))
    }

    /// How many bytes from its beginning the field lies in the kernel that runs.
    @_transparent public static func offset<Field>(of path: KeyPath<Self, Field>) -> Int {
        let offset = MemoryLayout<Self>.offset(of: path).unsafelyUnwrapped
        return Int(truncatingIfNeeded: ebpf_core_field(UnsafePointer<Self>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), offset, 0))
    }
}

/// An enumeration of the kernel, declared with only the cases that are asked for, under the kernel's names:
///
///     enum cgroup_subsys_id: UInt32, KernelEnumeration { case cpu_cgrp_id, memory_cgrp_id }
public protocol KernelEnumeration: RawRepresentable, BitwiseCopyable where RawValue: FixedWidthInteger {}

extension KernelEnumeration {
    /// The value in the kernel that runs; 0 where it has no case of that name. The case must be known when the kernel half is compiled: one that was
    /// chosen by a variable is asked for in a switch.
    @inline(__always) public var kernelValue: UInt64 {
        ebpf_core_enumerator(UnsafePointer<Self>(bitPattern: 0), caseIndex, 11)
    }

    /// Whether the kernel that runs has a case of that name.
    @inline(__always) public var existsInKernel: Bool {
        ebpf_core_enumerator(UnsafePointer<Self>(bitPattern: 0), caseIndex, 10) != 0
    }

    /// Which of the declared cases it is: what Swift keeps of an enumeration without payload.
    @inline(__always) @usableFromInline var caseIndex: UInt32 {
        switch MemoryLayout<Self>.size {
        case 0: 0
        case 1: UInt32(unsafeBitCast(self, to: UInt8.self))
        default: UInt32(unsafeBitCast(self, to: UInt16.self))
        }
    }
}
