// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs are called with that run at an instruction of the kernel or of a program: those of sections `kprobe/FUNCTION`, `kretprobe/FUNCTION`,
/// `ksyscall/SYSCALL`, `kretsyscall/SYSCALL`, `uprobe/PATH:FUNCTION`, `uretprobe/PATH:FUNCTION`, their `.multi` and `.session` forms, and `usdt`.
///
///     @section("kprobe/do_unlinkat")
///     func unlink(_ context: ProbeContext, dfd: Int32, name: KernelPointer<filename>) { ... }
///
/// What the function is passed comes behind it, by C's calling convention: as many of its first arguments as the program takes. At a return it is what the
/// function answers. Linux 4.1.
@frozen public struct ProbeContext: AttachedContext {
    /// Where the machine's registers lie (`struct pt_regs`).
    public let address: UnsafeMutableRawPointer

    /// The function, by its address: at a return, too. Linux 5.15; in programs 6.6.
    @inline(__always) public var function: UInt { UInt(bpf_get_func_ip(address)) }
}
