// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A value of the kernel's configuration, which is known to the verifier when the program is loaded.
///
///     let hertz = KernelConfiguration.number("CONFIG_HZ")
public enum KernelConfiguration {
    /// A number; 0 where the kernel was configured without.
    @inline(__always) public static func number(_ name: StaticString) -> UInt64 {
        ebpf_configuration(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), 8)
    }

    /// Whether an option is built in or a module.
    @inline(__always) public static func isEnabled(_ name: StaticString) -> Bool {
        ebpf_configuration(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), 1) != 0
    }

    /// The version of the kernel: `major << 16 | minor << 8 | patch`.
    @inline(__always) public static var version: UInt32 {
        let name: StaticString = "LINUX_KERNEL_VERSION"
        return UInt32(truncatingIfNeeded: ebpf_configuration(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), 4))
    }
}
