// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import CLinux
import Glibc

/// The smallest map of a kind.
struct MapAttempt {
    let type: MapType
    var keySize: UInt32 = 4
    var valueSize: UInt32 = 4
    var maxEntries: UInt32 = 1
    var flags: MapFlags = []
    var extra: UInt64 = 0
    /// The hash of the only program that may use it.
    var programHash: [UInt8] = []

    /// The sizes that each kind demands (`map_alloc_check` of each, in `kernel/bpf` and `net`).
    init(_ type: MapType) {
        self.type = type
        switch type {
        case .stackTrace: valueSize = 8
        case .lpmTrie: (keySize, valueSize, flags) = (8, 8, .noPreallocation)
        case .cgroupStorage, .perCPUCgroupStorage: (keySize, valueSize, maxEntries) = (16, 8, 0)
        case .queue, .stack, .bloomFilter: keySize = 0
        case .skStorage, .inodeStorage, .taskStorage, .cgrpStorage: (maxEntries, flags) = (0, .noPreallocation)
        case .ringBuffer, .userRingBuffer: (keySize, valueSize, maxEntries) = (0, 0, UInt32(clamping: Mapping.pageSize))
        case .arena: (keySize, valueSize, flags, extra) = (0, 0, .mappable, Self.arenaAddress)
        case .instructionArray: valueSize = 16
        case .resizableHash: flags = .noPreallocation
        default: break
        }
    }

    /// Where user space would have the arena; with that a program can use it that nobody has mapped.
    static let arenaAddress: UInt64 = 1 << 44

    /// Whether the kernel wants to know of which types its keys and values are.
    var needsTypes: Bool {
        switch type {
        case .skStorage, .inodeStorage, .taskStorage, .cgrpStorage, .structOps: true
        default: false
        }
    }
}

extension FeatureAttempts {
    /// Whether maps of a kind can be created.
    mutating func tryMap(_ type: MapType) -> Support {
        if type == .structOps, targets.structOperationsValue == nil {
            let absence = targets.absence(of: ProgramKind(.structOps))
            return refusal(EINVAL, needs: type.neededCapabilities, absence)
        }
        let status = createMap(MapAttempt(type))
        guard status < 0 else { return .yes }
        return refusal(-status, needs: type.neededCapabilities, Self.absence(-status, since: type.since, option: type.option))
    }

    /// Creates a map and closes it. Answers 0, or a negative errno.
    mutating func createMap(_ attempt: MapAttempt) -> Int32 {
        let (map, status) = map(attempt)
        return map == nil ? status : 0
    }

    /// Creates a map. Answers a negative errno where that fails.
    mutating func map(_ attempt: MapAttempt) -> (SharedDescriptor?, Int32) {
        var attributes = bpf_map_create_attributes()
        attributes.map_type = attempt.type.rawValue
        attributes.key_size = attempt.keySize
        attributes.value_size = attempt.valueSize
        attributes.max_entries = attempt.maxEntries
        attributes.map_flags = attempt.flags.rawValue
        attributes.map_extra = attempt.extra
        var types: ValueTypes?
        if attempt.needsTypes {
            types = ValueTypes()
            attributes.btf_fd = types.map { UInt32(bitPattern: $0.descriptor.number) } ?? 0
            attributes.btf_key_type_id = types?.int.rawValue ?? 0
            attributes.btf_value_type_id = types?.int.rawValue ?? 0
        }
        if attempt.type == .structOps, let value = targets.structOperationsValue {
            (attributes.btf_key_type_id, attributes.btf_value_type_id) = (0, 0)
            attributes.btf_vmlinux_value_type_id = value.type.rawValue
            attributes.value_size = value.byteCount
        }
        var inner: SharedDescriptor?
        if attempt.type.holdsMaps {
            inner = map(MapAttempt(.array)).0
            attributes.inner_map_fd = inner.map { UInt32(bitPattern: $0.number) } ?? 0
        }
        let number = attempt.programHash.withUnsafeBytes { hash in
            attributes.excl_prog_hash = hash.isEmpty ? 0 : address(hash.baseAddress)
            attributes.excl_prog_hash_size = UInt32(clamping: hash.count)
            return withExtendedLifetime((types, inner)) { Map.call(&attributes) }
        }
        return number < 0 ? (nil, number) : (SharedDescriptor(Descriptor(number)), 0)
    }

    /// The type of keys and values, in the kernel.
    private struct ValueTypes {
        let descriptor: SharedDescriptor
        let int: TypeID

        init?() {
            var builder = BTFBuilder()
            guard let int = try? builder.addInteger("int", byteCount: 4, isSigned: true) else { return nil }
            let number = ObjectTypes.load(builder.bytes()).status
            guard number >= 0 else { return nil }
            (self.int, descriptor) = (int, SharedDescriptor(Descriptor(number)))
        }
    }
}

extension MapType {
    /// The capabilities that creating a map of this kind takes (`map_create` of `kernel/bpf/syscall.c`).
    var neededCapabilities: [Capability] {
        switch self {
        case .sockmap, .sockhash, .devmap, .devmapHash, .xskmap: [.bpf, .networkAdministration]
        default: [.bpf]
        }
    }

    /// The option without which a kernel does not have the kind; `nil` where every kernel with eBPF has it.
    var option: String? {
        switch self {
        case .perfEventArray, .stackTrace: "CONFIG_PERF_EVENTS"
        case .cgroupArray: "CONFIG_CGROUPS"
        case .cgroupStorage, .perCPUCgroupStorage: "CONFIG_CGROUP_BPF"
        case .cgrpStorage: "CONFIG_CGROUPS"
        case .devmap, .devmapHash, .cpumap, .skStorage: "CONFIG_NET"
        case .sockmap, .sockhash: "CONFIG_NET_SOCK_MSG"
        case .xskmap: "CONFIG_XDP_SOCKETS"
        case .reuseportSockArray: "CONFIG_INET"
        case .inodeStorage: "CONFIG_BPF_LSM"
        case .structOps: "CONFIG_BPF_JIT"
        case .arena: "CONFIG_MMU on a machine of 64 bits"
        default: nil
        }
    }
}
