// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `raw_tp/NAME` are called with: the arguments of a tracepoint, before they are made a record.
///
/// Linux 4.17. `include/trace/events` declares what each tracepoint has (`TP_PROTO`).
@frozen public struct RawTracepointContext: ProgramContext {
    /// Where the arguments lie.
    public let address: UnsafeMutableRawPointer

    /// An argument, from 0 on.
    @_transparent public func argument(_ index: Int) -> UInt64 { address.load(fromByteOffset: index &* 8, as: UInt64.self) }

    /// An argument that points to a structure of the kernel.
    @_transparent public func pointer<Pointee>(_ index: Int, to type: Pointee.Type = Pointee.self) -> KernelPointer<Pointee> {
        KernelPointer(address: UInt(argument(index)))
    }

    /// An argument that points to a buffer which programs of section `raw_tp.w/NAME` may read and change, at those tracepoints that have one. Linux 5.2.
    @_transparent public func buffer<Content: BitwiseCopyable>(_ index: Int, as type: Content.Type = Content.self) -> UnsafeMutablePointer<Content> {
        UnsafeMutablePointer<Content>(bitPattern: UInt(argument(index))).unsafelyUnwrapped
    }
}

/// What programs of section `tp_btf/NAME` are called with: the arguments of a tracepoint, whose types the verifier knows.
///
/// Linux 5.5. `include/trace/events` declares what each tracepoint has (`TP_PROTO`).
@frozen public struct BTFTracepointContext: ProgramContext {
    /// Where the arguments lie.
    public let address: UnsafeMutableRawPointer

    /// An argument, from 0 on.
    @_transparent public func argument(_ index: Int) -> UInt64 { address.load(fromByteOffset: index &* 8, as: UInt64.self) }

    /// An argument that points to a structure of the kernel.
    @_transparent public func pointer<Pointee>(_ index: Int, to type: Pointee.Type = Pointee.self) -> TrustedPointer<Pointee> {
        TrustedPointer(address: UInt(argument(index)))
    }
}
