// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What ``log(_:)`` writes: numbers, and strings.
public protocol LogValue {
    /// Hands the value as the helper takes it to `body`: a number, or where a string lies.
    func withLogValue(_ body: (UInt64) -> Void)
}

extension LogValue where Self: BinaryInteger {
    /// Hands the number to `body`.
    @inline(__always) public func withLogValue(_ body: (UInt64) -> Void) { body(UInt64(truncatingIfNeeded: self)) }
}

extension Int8: LogValue {}
extension Int16: LogValue {}
extension Int32: LogValue {}
extension Int64: LogValue {}
extension Int: LogValue {}
extension UInt8: LogValue {}
extension UInt16: LogValue {}
extension UInt32: LogValue {}
extension UInt64: LogValue {}
extension UInt: LogValue {}

extension Bool: LogValue {
    /// Hands 1 for true to `body`, 0 for false: `%d`.
    @inline(__always) public func withLogValue(_ body: (UInt64) -> Void) { body(self ? 1 : 0) }
}

extension CString: LogValue {
    /// Hands to `body` where the string lies: `%s`.
    @inline(__always) public func withLogValue(_ body: (UInt64) -> Void) {
        withUnsafePointer(to: self) { body(UInt64(UInt(bitPattern: $0))) }
    }
}

extension KernelPointer: LogValue {
    /// Hands the address to `body`: `%p`, or `%s` for a string of the kernel's memory.
    @inline(__always) public func withLogValue(_ body: (UInt64) -> Void) { body(UInt64(address)) }
}

extension UserPointer: LogValue {
    /// Hands the address to `body`: `%pus` for a string in the memory of the process that runs.
    @inline(__always) public func withLogValue(_ body: (UInt64) -> Void) { body(UInt64(address)) }
}

/// Writes a line to the kernel's trace, `/sys/kernel/tracing/trace_pipe`: for trying things out, not for products, since all programs share it.
///
///     log("process %d answered %lld", currentProcess.id, context.ret)
///     log("command %s", currentProcess.command)
///
/// `%d %u %x` for 32 bits, `%lld %llu %llx` for 64, `%s` for a ``CString`` or a string of the kernel's memory, `%pks`, `%pus`, `%p`: bpf-helpers(7),
/// `bpf_trace_printk`. At most three values, one for each conversion, which the compiler sees to. Linux 4.1.
@inline(__always) public func log(_ format: StaticString) { _ = ebpf_log0(logText(format), logSize(format)) }

/// A line with one value; see ``log(_:)``.
@inline(__always) public func log(_ format: StaticString, _ a: some LogValue) {
    a.withLogValue { a in _ = ebpf_log1(logText(format), logSize(format), a) }
}

/// A line with two values; see ``log(_:)``.
@inline(__always) public func log(_ format: StaticString, _ a: some LogValue, _ b: some LogValue) {
    a.withLogValue { a in b.withLogValue { b in _ = ebpf_log2(logText(format), logSize(format), a, b) } }
}

/// A line with three values; see ``log(_:)``.
@inline(__always) public func log(_ format: StaticString, _ a: some LogValue, _ b: some LogValue, _ c: some LogValue) {
    a.withLogValue { a in b.withLogValue { b in c.withLogValue { c in _ = ebpf_log3(logText(format), logSize(format), a, b, c) } } }
}

@inline(__always) @usableFromInline func logText(_ format: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(format.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// How many bytes the format has, with its NUL.
@inline(__always) @usableFromInline func logSize(_ format: StaticString) -> UInt32 { UInt32(truncatingIfNeeded: format.utf8CodeUnitCount) &+ 1 }
