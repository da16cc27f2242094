// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Network devices by their index, from 0 on, to which XDP programs send packets.
///
/// Linux 4.14. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_DEVMAP`.
public struct DevMap: RedirectMap {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind or size. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.devmap], key: SwiftLayout(Key.self))
    }

    /// Puts a network device of this thread's network namespace under a key; the entry goes with the device.
    ///
    /// - Parameter program: an XDP program that packets run through on their way to the device (`xdp/devmap`), where values of the map have 8
    ///   bytes. Linux 5.8.
    /// - Throws: ``EBPFError`` where there is no such device or no room, or where the map has no place for a program, or the program is of another kind.
    public func update(_ key: Key, to interface: NetworkInterface, program: Program? = nil) throws(EBPFError) {
        try setRedirect(key, interface.index, program)
    }

    /// The device under a key; `nil` where there is none.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func entry(at key: Key) throws(EBPFError) -> DeviceEntry? {
        try redirect(key).map { DeviceEntry(interface: $0.target, programID: $0.program) }
    }
}
