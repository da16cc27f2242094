// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A kind of map by which XDP programs send packets on: a number, and a program that they run through (`struct bpf_devmap_val`, `struct
/// bpf_cpumap_val`).
public protocol RedirectMap: DescriptorMap where Key == UInt32 {}

/// What a map of devices holds under a key.
public struct DeviceEntry: Sendable, Hashable {
    /// The number of the network device.
    public let interface: UInt32
    /// The number (id) of the program that packets run through on their way; `nil` where there is none.
    public let programID: UInt32?
}

/// What a map of CPUs holds for one.
public struct CPUQueue: Sendable, Hashable {
    /// How many packets wait at most.
    public let queueSize: UInt32
    /// The number (id) of the program that packets run through there; `nil` where there is none.
    public let programID: UInt32?
}

extension RedirectMap {
    func setRedirect(_ key: UInt32, _ target: UInt32, _ program: Program?) throws(EBPFError) {
        guard map.valueSize == 8 else {
            guard program == nil else {
                throw EBPFError(
                    .invalid, "update map '\(map.name)' (\(map.type))", cause: "its values have \(map.valueSize) bytes, with a program they have 8",
                    remedy: "declare its values as two 32-bit integers, of which the second is the program's")
            }
            return try map.set(key, to: target, flags: 0)
        }
        if let program { try check(program) }
        // A descriptor that is not positive stands for none.
        let number = program.map { UInt32(bitPattern: $0.descriptor.number) } ?? UInt32(bitPattern: -1)
        try map.set(key, to: [target, number] as InlineArray<2, UInt32>, flags: 0)
    }

    /// Refuses programs of other kinds, which the kernel refuses as well, for CPUs as if it had no memory. Of a program that was opened it is not known what it
    /// was loaded for.
    private func check(_ program: Program) throws(EBPFError) {
        let (wanted, section) = map.type == .cpumap ? (AttachType.xdpCpumap, "xdp/cpumap") : (.xdpDevmap, "xdp/devmap")
        guard program.type == .xdp, program.attachType ?? wanted == wanted else {
            throw EBPFError(
                .invalid, "put program '\(program.name)' into map '\(map.name)' (\(map.type))",
                cause: "it is a program of type \(program.type)\(program.attachType.map { ", loaded for \($0)" } ?? "")",
                remedy: "its section is to be '\(section)'")
        }
    }

    func redirect(_ key: UInt32) throws(EBPFError) -> (target: UInt32, program: UInt32?)? {
        guard map.valueSize == 8 else { return try map.lookup(key).map { ($0 as UInt32, nil) } }
        guard let found: InlineArray<2, UInt32> = try map.lookup(key) else { return nil }
        return (found[0], found[1] == 0 ? nil : found[1])
    }
}
