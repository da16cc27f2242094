// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A field of a structure of the kernel whose type is an enumeration there, of which the kernel half declares the cases that it asks for:
///
///     enum skb_drop_reason: UInt32, KernelEnumeration { case SKB_DROP_REASON_NO_SOCKET }
///
///     struct trace_event_raw_kfree_skb: KernelType { var reason: EnumerationField<skb_drop_reason> }
///
///     if context.reason == .SKB_DROP_REASON_NO_SOCKET { ... }
///
/// A field of an enumeration that is declared as an integer is not found: CO-RE compares the kinds of types (`bpf_core_fields_are_compat` of
/// `tools/lib/bpf/relo_core.c`).
@frozen public struct EnumerationField<Cases: KernelEnumeration>: KernelValue {
    /// The number that it has in the kernel that runs.
    public let rawValue: UInt32

    /// Whether it is that case in the kernel that runs. Where that has no such case it is taken for 0: ask ``KernelEnumeration/existsInKernel`` first.
    @inline(__always) public static func == (field: EnumerationField, value: Cases) -> Bool {
        field.rawValue == UInt32(truncatingIfNeeded: value.kernelValue)
    }

    /// Whether it is another case.
    @inline(__always) public static func != (field: EnumerationField, value: Cases) -> Bool { !(field == value) }
}
