// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `syscall` are called with: what whoever runs the program hands to it, and gets back.
///
///     @section("syscall")
///     func work(_ context: SystemCallContext<Request>) -> Int32 {
///         context.value.pointee.count &+= 1
///         return 0
///     }
///
/// Linux 5.14. The kernel refuses the run where less is handed over than the program reads.
@frozen public struct SystemCallContext<Value: BitwiseCopyable>: ProgramContext {
    /// Where it lies.
    public let address: UnsafeMutableRawPointer

    /// What was handed over, which may be changed.
    @inline(__always) public var value: UnsafeMutablePointer<Value> { address.assumingMemoryBound(to: Value.self) }
}
