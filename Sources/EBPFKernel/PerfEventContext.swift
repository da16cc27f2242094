// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `perf_event` are called with: a counter that has overflown.
///
/// Linux 4.9. `include/uapi/linux/bpf_perf_event.h`: `struct bpf_perf_event_data`.
@frozen public struct PerfEventContext: AttachedContext {
    /// Where the machine's registers lie, and what the counter says behind them.
    public let address: UnsafeMutableRawPointer

    /// How many events passed since the program ran last.
    @inline(__always) public var samplePeriod: UInt64 { address.load(fromByteOffset: Self.registersByteCount, as: UInt64.self) }

    /// The address that the event is about, where its kind has one. Linux 4.15.
    @inline(__always) public var dataAddress: UInt64 { address.load(fromByteOffset: Self.registersByteCount + 8, as: UInt64.self) }

    // The size of bpf_user_pt_regs_t.
    @inline(__always) @usableFromInline static var registersByteCount: Int {
        #if EBPF_MACHINE_ARM64
            272
        #else
            168
        #endif
    }
}
