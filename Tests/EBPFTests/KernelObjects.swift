// SPDX-License-Identifier: Apache-2.0

import CLinux
@testable import EBPF
import Glibc

/// What this process and the kernel hold, for tests that leave nothing behind.
struct KernelObjects: Equatable {
    /// How many descriptors this process has.
    let descriptors: Int
    /// The maps and programs of the whole machine whose names begin so.
    let maps: [String]
    let programs: [String]

    static func held(named prefix: String) -> KernelObjects {
        KernelObjects(descriptors: descriptorCount, maps: names(.map, prefix), programs: names(.program, prefix))
    }

    /// Counts this process's descriptors, without the one through which they are counted.
    static var descriptorCount: Int {
        guard let directory = opendir("/proc/self/fd") else { return -1 }
        defer { closedir(directory) }
        var count = -3
        while readdir(directory) != nil { count += 1 }
        return count
    }

    private enum Kind { case map, program }

    private static func names(_ kind: Kind, _ prefix: String) -> [String] {
        var attributes = bpf_descriptor_by_id_attributes()
        var names: [String] = []
        while bpf(kind == .map ? .mapNextID : .programNextID, &attributes) >= 0 {
            attributes.id = attributes.next_id
            var one = bpf_descriptor_by_id_attributes()
            one.id = attributes.id
            let number = bpf(kind == .map ? .mapDescriptorByID : .programDescriptorByID, &one)
            guard number >= 0 else { continue }
            let descriptor = Descriptor(number)
            let name = name(kind, descriptor)
            if name.lowercased().hasPrefix(prefix) { names.append(name) }
        }
        return names.sorted()
    }

    private static func name(_ kind: Kind, _ descriptor: borrowing Descriptor) -> String {
        switch kind {
        case .map:
            var information = bpf_map_information()
            _ = objectInformation(of: descriptor.number, &information)
            return withUnsafeBytes(of: &information.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        case .program:
            var information = bpf_program_information()
            _ = objectInformation(of: descriptor.number, &information)
            return withUnsafeBytes(of: &information.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
    }
}
