// SPDX-License-Identifier: Apache-2.0

public import BTF

/// Something of the kernel's to which an object refers by name (`__ksym`): a variable, or a function that programs call (kfunc).
///
///     extern const int bpf_prog_active __attribute__((section(".ksyms")));
///     extern void bpf_task_release(struct task_struct *task) __attribute__((section(".ksyms"), weak));
public struct KernelSymbol: Sendable, Hashable {
    /// The name in the object, with a flavor where it has one (`bpf_func___new`).
    public let name: String
    /// Whether programs do without it where the kernel has none: its address is zero then, and it must not be called.
    public let isWeak: Bool
    /// What it is, and what the object knows of its type.
    public let kind: Kind

    /// What a symbol is.
    public enum Kind: Sendable, Hashable {
        /// A function, with the type of its prototype in the object's BTF. Linux 5.13.
        case function(prototype: TypeID)
        /// A variable, with its type in the object's BTF. Linux 5.10.
        case variable(type: TypeID)
        /// An address, of which no type is known (`extern const void name __ksym`).
        case address
    }

    /// The name in the kernel.
    public var kernelName: String { essentialName(name) }
}
