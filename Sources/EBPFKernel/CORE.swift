// SPDX-License-Identifier: GPL-2.0-only OR MIT

// What the compiler for kernel halves puts CO-RE relocations in place of. The first two parameters carry only types. Natively, where pure
// functions of a kernel half are tested, a structure is what was declared.

/// Where a field of `Type`, declared at `offset`, lies in the structure at `address`.
@inline(never) @_optimize(none)
public func ebpf_core_address<Type, Field>(_ type: UnsafePointer<Type>?, _ field: UnsafePointer<Field>?, _ address: UInt, _ offset: Int) -> UInt {
    address &+ UInt(bitPattern: offset)
}

/// What is known about a field: `enum bpf_core_relo_kind`, 0 to 5.
@inline(never) @_optimize(none)
public func ebpf_core_field<Type, Field>(_ type: UnsafePointer<Type>?, _ field: UnsafePointer<Field>?, _ offset: Int, _ kind: UInt32) -> UInt64 {
    switch kind {
    case 0: UInt64(truncatingIfNeeded: offset)
    case 1: UInt64(truncatingIfNeeded: MemoryLayout<Field>.size)
    default: 1
    }
}

/// What is known about a type: `enum bpf_core_relo_kind`, 6 to 9 and 12.
@inline(never) @_optimize(none)
public func ebpf_core_type<Type>(_ type: UnsafePointer<Type>?, _ kind: UInt32) -> UInt64 {
    kind == 9 ? UInt64(truncatingIfNeeded: MemoryLayout<Type>.size) : 1
}

/// What is known about a case of an enumeration: `enum bpf_core_relo_kind`, 10 and 11.
@inline(never) @_optimize(none)
public func ebpf_core_enumerator<Type>(_ type: UnsafePointer<Type>?, _ index: UInt32, _ kind: UInt32) -> UInt64 {
    kind == 11 ? UInt64(index) : 1
}
