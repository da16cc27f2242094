// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

extension Failure {
    /// Why a map could not be created.
    ///
    /// - Parameters:
    ///   - kernel: the release that refused; `nil` where it is not known.
    ///   - cpus: how many CPUs the machine can have, for maps with values for each.
    static func ofCreating(
        _ definition: MapDefinition, errno: Int32, kernel: KernelVersion?, pageSize: Int, cpus: Int
    ) -> Failure {
        let size = bytes(definition.memory(cpus: cpus))
        switch errno {
        case EINVAL, EOPNOTSUPP:
            if let since = definition.type.since, let kernel, kernel < since {
                return Failure(
                    .unsupported, "maps of type \(definition.type) appeared in Linux \(since), this kernel is \(kernel)",
                    "use another kind of map, or a newer kernel")
            }
            if let complaint = definition.complaint(pageSize: pageSize) {
                return Failure(.invalid, "the kernel does not accept its sizes: \(complaint)", "change the declaration of the map")
            }
            if let kernel, let flag = definition.flagsMissing(in: kernel).first {
                return Failure(
                    .unsupported, "its flag \(flag.name) appeared in Linux \(flag.since), this kernel is \(kernel)",
                    "leave the flag out, or use a newer kernel")
            }
            if definition.flags.contains(.numaNode) {
                return Failure(
                    .system, "\(text(of: errno)); it asks for the memory of node \(definition.numaNode), which this machine may lack",
                    "name a node of /sys/devices/system/node, or leave the flag out")
            }
            return Failure(
                .system, text(of: errno),
                "check its sizes and flags; maps of type \(definition.type) need Linux \(definition.type.since.map { "\($0)" } ?? "of a release that is not known here")"
                    + " built with them")
        case E2BIG:
            return Failure(
                .invalid,
                "it is larger than such a map can be: \(definition.maxEntries) entries of \(definition.keySize) + \(definition.valueSize) bytes, about \(size)",
                "give it fewer than \(definition.maxEntries) entries, or smaller keys and values")
        case ENOMEM:
            return Failure(
                .system, "the kernel has not enough memory for it: about \(size) for \(definition.maxEntries) entries",
                "give it fewer than \(definition.maxEntries) entries, or raise the memory limit of the cgroup"
                    + (definition.type == .hash || definition.type == .perCPUHash ? "; with BPF_F_NO_PREALLOC it takes memory only as it fills" : ""))
        case notSupported:
            return Failure(
                .unsupported,
                "this kernel does not allow what its values hold (a lock, timer, kernel pointer, list or tree) in a map of type \(definition.type)",
                "keep such values in a map of type hash or array, or use a newer kernel")
        case EBADF, ENOENT:
            return Failure(
                .system, "a map or type that it refers to is not there: \(text(of: errno))", "create the inner map, and load the types, first")
        default: return Failure(.system, text(of: errno))
        }
    }

    /// Why user space could not be shut out from a map.
    static func ofFreezing(errno: Int32, kernel: KernelVersion?) -> Failure {
        switch errno {
        case EINVAL where kernel.map { $0 < "5.2" } ?? false:
            return Failure(.unsupported, "freezing appeared in Linux 5.2, this kernel is \(kernel?.description ?? "older")", "use a newer kernel")
        case EBUSY:
            return Failure(
                .system, "it is frozen already, or a process has it mapped for writing", "freeze it once, and close writable mappings of it before")
        case notSupported: return Failure(.invalid, "a map of this type, or with a lock, timer or kernel pointer in its values, cannot be frozen")
        default: return Failure(.system, text(of: errno))
        }
    }

    /// Why an element of a map could not be changed or read.
    ///
    /// - Parameter condition: of an update.
    static func ofElement(_ errno: Int32, type: MapType, maxEntries: Int, _ condition: Map.UpdateCondition? = nil) -> Failure {
        switch errno {
        case EEXIST where condition == .ifAbsent:
            return Failure(
                .unmetCondition,
                type.isIndexed
                    ? "it was to be set only if absent, and all indices of a map of type \(type) are there"
                    : "it was to be set only if absent, and the key is there",
                "set it with the condition .always, which replaces what is there")
        case ENOENT where condition == .ifPresent:
            return Failure(
                .unmetCondition, "it was to be set only if present, and the key is not there",
                "set it with the condition .always, which adds what is missing")
        case E2BIG:
            return type.isIndexed
                ? Failure(
                    .system, "the index lies behind its \(maxEntries) entries",
                    "use an index below \(maxEntries), or create the map with more entries")
                : full(maxEntries)
        // So say tries (kernel/bpf/lpm_trie.c).
        case ENOSPC where type == .lpmTrie: return full(maxEntries)
        case ENOMEM:
            return Failure(
                .system, "the kernel has no memory for another entry", "raise the memory limit of the cgroup, or preallocate the map's entries")
        case EOPNOTSUPP where type.isHash, notSupported where type.isHash:
            return Failure(
                .unsupported, "this kernel does not take entries out of a map of type \(type) in one call, which came with Linux 5.14",
                "read and remove it in two calls, or use a newer kernel")
        case EINVAL where type.isRing || type == .arena, EOPNOTSUPP, notSupported:
            return Failure(.invalid, "a map of type \(type) has no elements that user space can reach like this")
        default: return Failure(.system, text(of: errno))
        }
    }

    private static func full(_ maxEntries: Int) -> Failure {
        Failure(
            .system, "it is full: it holds \(maxEntries) entries at most",
            "remove entries, or create it with more (max_entries); a map of type lru_hash drops what was used least recently")
    }

    private static func bytes(_ count: UInt64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var (count, unit) = (count, 0)
        while count >= 10240, unit < units.count - 1 { (count, unit) = (count / 1024, unit + 1) }
        return "\(count) \(units[unit])"
    }
}

extension MapType {
    fileprivate var isHash: Bool { [.hash, .lruHash, .perCPUHash, .lruPerCPUHash].contains(self) }

    /// Whether its keys are indices below the number of its entries.
    fileprivate var isIndexed: Bool {
        switch self {
        case .array, .programArray, .perfEventArray, .perCPUArray, .cgroupArray, .arrayOfMaps, .devmap, .sockmap, .cpumap, .xskmap,
            .reuseportSockArray,
            .instructionArray:
            true
        default: false
        }
    }
}

extension EBPFError {
    /// A map that could not be created.
    init(creating definition: MapDefinition, errno: Int32) {
        let operation = "create map '\(definition.name)' (\(definition.type))"
        // Only to estimate what it takes; where nobody can tell, that of one CPU is the least.
        let cpus = (try? CPUs.limit()) ?? 1
        if errno == EPERM || errno == EACCES {
            self.init(system: errno, operation, attempting: .createMap(definition.type), wanted: definition.memory(cpus: cpus))
        } else {
            self.init(
                Failure.ofCreating(definition, errno: errno, kernel: .running, pageSize: Mapping.pageSize, cpus: cpus), operation, errno: errno)
        }
    }

    /// A map that could not be used: `verb` says how, as `update map`, and an update on which condition.
    init(using verb: String, _ map: Map, errno: Int32, isWrite: Bool, _ condition: Map.UpdateCondition? = nil) {
        let operation = "\(verb) '\(map.name)' (\(map.type))"
        if errno == EPERM || errno == EACCES {
            self.init(system: errno, operation, attempting: .useMap, map: (map.descriptor.number, isWrite))
        } else {
            self.init(Failure.ofElement(errno, type: map.type, maxEntries: map.maxEntries, condition), operation, errno: errno)
        }
    }

    /// A map that could not be frozen.
    init(freezing map: Map, errno: Int32) {
        let operation = "freeze map '\(map.name)' (\(map.type))"
        if errno == EPERM || errno == EACCES {
            self.init(system: errno, operation, attempting: .freezeMap, map: (map.descriptor.number, true))
        } else {
            self.init(Failure.ofFreezing(errno: errno, kernel: .running), operation, errno: errno)
        }
    }
}
