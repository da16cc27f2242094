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

    enum Kind: Hashable { case map, program, link }

    /// The numbers of all maps, programs or links of the machine.
    static func identifiers(_ kind: Kind) -> Set<UInt32> {
        var attributes = bpf_descriptor_by_id_attributes()
        var identifiers: Set<UInt32> = []
        while bpf(kind == .map ? .mapNextID : kind == .program ? .programNextID : .linkNextID, &attributes) >= 0 {
            attributes.id = attributes.next_id
            identifiers.insert(attributes.id)
        }
        return identifiers
    }

    /// The numbers of the machine's links that call one of these programs.
    static func links(toPrograms programs: Set<UInt32>) -> [UInt32] {
        identifiers(.link).sorted().filter { identifier in
            var attributes = bpf_descriptor_by_id_attributes()
            attributes.id = identifier
            let number = bpf(.linkDescriptorByID, &attributes)
            guard number >= 0 else { return false }
            let descriptor = Descriptor(number)
            var information = bpf_link_information()
            return objectInformation(of: descriptor.number, &information) >= 0 && programs.contains(information.prog_id)
        }
    }

    /// The numbers of the maps that a program uses.
    static func maps(ofProgram identifier: UInt32) -> [UInt32] {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = identifier
        let number = bpf(.programDescriptorByID, &attributes)
        guard number >= 0 else { return [] }
        let descriptor = Descriptor(number)
        var maps = [UInt32](repeating: 0, count: 16)
        var information = bpf_program_information()
        maps.withUnsafeMutableBytes { bytes in
            information.nr_map_ids = UInt32(bytes.count / 4)
            information.map_ids = address(bytes.baseAddress)
            _ = objectInformation(of: descriptor.number, &information)
        }
        return Array(maps.prefix(Int(information.nr_map_ids)))
    }

    /// The lines in which tracefs defines probes of functions and programs (`kprobe_events`, `uprobe_events`) and which contain a text.
    static func probeDefinitions(naming text: String) -> [String] {
        guard let files = try? TraceFileSystem(for: "look for probes") else { return [] }
        var lines: [String] = []
        for name in ["kprobe_events", "uprobe_events"] {
            let contents = String(decoding: files.contents(of: name) ?? [], as: UTF8.self)
            lines += contents.split(separator: "\n").map { String($0) }.filter { $0.contains(text) }
        }
        return lines
    }

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
        case .link: return ""
        case .program:
            var information = bpf_program_information()
            _ = objectInformation(of: descriptor.number, &information)
            return withUnsafeBytes(of: &information.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
    }
}
