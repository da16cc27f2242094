// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `tracepoint/CATEGORY/NAME` are called with: the record of a tracepoint, as `/sys/kernel/tracing/events/CATEGORY/NAME/format`
/// describes it.
///
///     @section("tracepoint/syscalls/sys_enter_openat")
///     func openat(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 { ... context.args[1] ... }
///
/// `Format` is declared with the fields that are read. Where it is a ``KernelType``, its fields are found by name in the kernel that runs, among its
/// `trace_event_raw_...` structures; else they lie where they are declared, which is compared with the kernel's types when the kernel half is compiled, where
/// those describe the tracepoint's record. Linux 4.7.
@dynamicMemberLookup
@frozen public struct TracepointContext<Format: BitwiseCopyable>: ProgramContext {
    /// Where the record lies.
    public let address: UnsafeMutableRawPointer

    /// Reads a field that lies where it is declared.
    @_disfavoredOverload
    public subscript<Field: BitwiseCopyable>(dynamicMember path: KeyPath<Format, Field>) -> Field {
        @_transparent get { UnsafePointer<Format>(address.assumingMemoryBound(to: Format.self)).pointer(to: path).unsafelyUnwrapped.pointee }
    }
}

extension TracepointContext where Format: KernelType {
    /// Refused: no field of a ``KernelType`` is read where it is declared. It takes the place of the one above, which an unavailable one would not.
    @_disfavoredOverload
    @available(
        *, deprecated, message: "a field of a KernelType is found in the kernel that runs: its type must be a KernelValue or an InlineArray of such"
    )
    public subscript<Field: BitwiseCopyable>(dynamicMember path: KeyPath<Format, Field>) -> Field {
        @_transparent get {
            // A place that is not known, which the compiler refuses.
            let place = ebpf_core_address(
                UnsafePointer<Format>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), UInt(bitPattern: address), Int(bitPattern: address))
            return UnsafePointer<Field>(bitPattern: place).unsafelyUnwrapped.pointee
        }
    }

    /// Reads a field that is found in the kernel that runs.
    public subscript<Field: KernelValue>(dynamicMember path: KeyPath<Format, Field>) -> Field {
        @_transparent get {
            let offset = MemoryLayout<Format>.offset(of: path).unsafelyUnwrapped
            let place = ebpf_core_address(
                UnsafePointer<Format>(bitPattern: 0), UnsafePointer<Field>(bitPattern: 0), UInt(bitPattern: address), offset)
            return UnsafePointer<Field>(bitPattern: place).unsafelyUnwrapped.pointee
        }
    }

    /// An array that is found in the kernel that runs.
    public subscript<let count: Int, Element: KernelValue>(dynamicMember path: KeyPath<Format, InlineArray<count, Element>>) -> DirectArray<
        Format, Element
    > {
        @_transparent get {
            DirectArray(address: UInt(bitPattern: address), offset: MemoryLayout<Format>.offset(of: path).unsafelyUnwrapped, count: count)
        }
    }
}

/// The record of `tracepoint/syscalls/sys_enter_*`: the number of the system call and its arguments.
public struct trace_event_raw_sys_enter: KernelType {
    /// The number of the system call.
    public var id: Int
    /// Its arguments.
    public var args: InlineArray<6, UInt>
}

/// The record of `tracepoint/syscalls/sys_exit_*`.
public struct trace_event_raw_sys_exit: KernelType {
    /// The number of the system call.
    public var id: Int
    /// What it answered: a negative errno says that it failed.
    public var ret: Int
}
