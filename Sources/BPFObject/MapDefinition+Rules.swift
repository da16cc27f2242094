// SPDX-License-Identifier: Apache-2.0

package import BPFAssembly

/// What the kernel demands of a kind of map's sizes: what each `map_alloc_check` of `kernel/bpf` and `net` refuses with EINVAL.
private struct MapRule: Sendable {
    let types: [MapType]
    var key = Size.some
    var value = Size.some
    var entries = Entries.some
    var flags: MapFlags = []

    enum Size: Sendable {
        case none
        case some
        case oneOf([UInt32])
        case atLeast(UInt32)
        case multiple(of: UInt32)
    }

    enum Entries: Sendable {
        case none
        case some
        case one
        case pages
    }

    /// Kinds that are not there have no rule that is known here.
    static let table: [MapRule] = [
        MapRule(types: [.hash, .perCPUHash, .lruHash, .lruPerCPUHash]),
        MapRule(types: [.array, .perCPUArray], key: .oneOf([4])),
        MapRule(types: [.programArray, .perfEventArray, .cgroupArray, .arrayOfMaps, .xskmap], key: .oneOf([4]), value: .oneOf([4])),
        MapRule(types: [.stackTrace], key: .oneOf([4]), value: .multiple(of: 8)),
        MapRule(types: [.lpmTrie], key: .atLeast(5), flags: .noPreallocation),
        MapRule(types: [.hashOfMaps], value: .oneOf([4])),
        MapRule(types: [.devmap, .sockmap, .cpumap, .reuseportSockArray, .devmapHash], key: .oneOf([4]), value: .oneOf([4, 8])),
        MapRule(types: [.sockhash], value: .oneOf([4, 8])),
        MapRule(types: [.cgroupStorage, .perCPUCgroupStorage], key: .oneOf([8, 16]), entries: .none),
        MapRule(types: [.queue, .stack, .bloomFilter], key: .none),
        MapRule(types: [.skStorage, .inodeStorage, .taskStorage, .cgrpStorage], key: .oneOf([4]), entries: .none, flags: .noPreallocation),
        MapRule(types: [.structOps], key: .oneOf([4]), entries: .one),
        MapRule(types: [.ringBuffer, .userRingBuffer], key: .none, value: .none, entries: .pages),
        MapRule(types: [.arena], key: .none, value: .none, flags: .mappable),
        MapRule(types: [.instructionArray], key: .oneOf([4]), value: .oneOf([16])),
    ]
}

extension MapRule.Size {
    func complaint(_ part: String, _ size: UInt32) -> String? {
        switch self {
        case .none: size == 0 ? nil : "it has no \(part), but is given one of \(size) bytes"
        case .some: size > 0 ? nil : "the size of its \(part) is missing"
        case .oneOf(let sizes):
            sizes.contains(size) ? nil : "its \(part) has \(sizes.map(String.init).joined(separator: " or ")) bytes, but is given \(size)"
        case .atLeast(let least): size >= least ? nil : "its \(part) has at least \(least) bytes, but is given \(size)"
        case .multiple(let unit): size > 0 && size % unit == 0 ? nil : "its \(part) has a multiple of \(unit) bytes, but is given \(size)"
        }
    }
}

extension MapRule.Entries {
    func complaint(_ count: UInt32, pageSize: Int) -> String? {
        switch self {
        case .none: return count == 0 ? nil : "it takes no number of entries (max_entries), but is given \(count)"
        case .some: return count > 0 ? nil : "its number of entries (max_entries) is missing"
        case .one: return count == 1 ? nil : "it has one entry, but is given \(count)"
        case .pages:
            let page = UInt32(clamping: max(pageSize, 1))
            guard count == 0 || count & (count - 1) != 0 || count % page != 0 else { return nil }
            return "its size (max_entries) is a power of two and a multiple of a page, \(page) bytes, but is given \(count)"
        }
    }
}

extension MapDefinition {
    /// What the kernel does not accept about the sizes and flags of this kind of map; `nil` where nothing is known to be wrong.
    package func complaint(pageSize: Int) -> String? {
        guard let rule = MapRule.table.first(where: { $0.types.contains(type) }) else { return nil }
        if let complaint = rule.key.complaint("key", keySize) ?? rule.value.complaint("value", valueSize) { return complaint }
        if let complaint = rule.entries.complaint(maxEntries, pageSize: pageSize) { return complaint }
        let missing = rule.flags.subtracting(flags)
        return missing.isEmpty ? nil : "it takes the flag \(missing.names)"
    }

    /// The flags that a kernel is too old for, each with the release that brought it.
    package func flagsMissing(in kernel: KernelVersion) -> [(name: String, since: KernelVersion)] {
        MapFlags.table.filter { flags.rawValue >> $0.bit & 1 == 1 && $0.since > kernel }.map { ($0.name, $0.since) }
    }

    /// About how many bytes of memory the kernel needs for it: what it takes at once, where values are not made when they are used.
    package func memory(cpus: Int) -> UInt64 {
        let copies = type.isPerCPU ? UInt64(max(cpus, 1)) : 1
        let value = (UInt64(valueSize) + 7) & ~7
        let (values, overflow) = value.multipliedReportingOverflow(by: copies)
        // A ring's size is its number of entries; an entry of a hash has about 64 bytes besides key and value.
        if type.isRing { return UInt64(maxEntries) }
        let isArray = type == .array || type == .perCPUArray
        let entry = overflow ? UInt64.max : isArray ? max(values, 8) : values &+ UInt64(keySize) &+ 64
        let (all, isTooMuch) = entry.multipliedReportingOverflow(by: UInt64(max(maxEntries, 1)))
        return isTooMuch ? .max : all
    }
}
