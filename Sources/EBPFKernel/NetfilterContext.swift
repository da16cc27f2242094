// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs of section `netfilter` are called with: a packet at one of the kernel's five places, and where that is.
///
/// Linux 6.4. `include/linux/netfilter.h` and `net/netfilter/nf_bpf_link.c`: `struct bpf_nf_ctx`.
@frozen public struct NetfilterContext: ProgramContext {
    /// Where the description lies.
    public let address: UnsafeMutableRawPointer

    /// The place and the devices, of which the kernel half declares what it reads: `struct nf_hook_state`.
    @inline(__always) public func state<State: KernelType>(as type: State.Type = State.self) -> TrustedPointer<State> {
        TrustedPointer(address: address.load(as: UInt.self))
    }

    /// The packet, of which the kernel half declares what it reads: `struct sk_buff`.
    @inline(__always) public func packet<Packet: KernelType>(as type: Packet.Type = Packet.self) -> TrustedPointer<Packet> {
        TrustedPointer(address: address.load(fromByteOffset: 8, as: UInt.self))
    }
}
