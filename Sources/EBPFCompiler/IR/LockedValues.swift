// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject

/// Locks and timers in the values of maps: which maps may have them, and which programs.
enum LockedValues {
    /// What the verifier knows by its name in C (`SwiftTypeReader`), and where it may lie.
    private struct Kind {
        let structure: String
        /// What it is called in messages.
        let word: String
        /// `BPF_MAP_TYPE_...`.
        let types: Set<MapType>
        /// The same in the words of the kernel half's library.
        let places: String
    }

    /// `kernel/bpf/syscall.c`: `map_check_btf`.
    private static let kinds = [
        Kind(
            structure: lock, word: "lock", types: [.hash, .array, .cgroupStorage, .skStorage, .inodeStorage, .taskStorage, .cgrpStorage],
            places: "HashMap, ArrayMap and the storages have them; a value that each processor has for itself needs none"),
        Kind(structure: "bpf_timer", word: "timer", types: [.hash, .array, .lruHash], places: "HashMap, LRUHashMap and ArrayMap have them"),
    ]
    private static let lock = "bpf_spin_lock"

    // MARK: Maps

    /// What is wrong with the values of a map of a type; `nil` where nothing is.
    static func complaint(aboutValuesOf entries: KernelHalfPlan.MapEntries, type: Int, _ types: KernelHalfTypes) -> String? {
        guard case .type(let value) = entries.value else { return nil }
        for kind in kinds {
            let count = count(of: kind.structure, in: value, types)
            guard count > 0 else { continue }
            if !kind.types.contains(where: { Int($0.rawValue) == type }) {
                return "has a \(kind.word) in its values, which maps of this kind cannot have: \(kind.places)"
            }
            if count > 1 { return "has \(count) \(kind.word)s in its values, and a value has one; put what the other is for into another map" }
            if case .structure(kind.structure, _, _) = types[value] {
                return "has values that are a \(kind.word) and no more; make it a member of a structure, beside what it is for"
            }
        }
        return nil
    }

    private static func count(of name: String, in type: KernelHalfTypes.ID, _ types: KernelHalfTypes) -> Int {
        switch types[type] {
        case .structure(name, _, _): 1
        case .structure(_, _, let members): members.reduce(0) { $0 + count(of: name, in: $1.type, types) }
        case .array(let element, let number): number * count(of: name, in: element, types)
        default: 0
        }
    }

    // MARK: Programs

    /// Kinds of programs that the kernel gives no map with a lock in its values, whether they take the lock or not: `kernel/bpf/verifier.c`,
    /// `check_map_prog_compatibility`. With timers it depends on the kernel.
    private static let lockless: Set<ProgramType> = [.kprobe, .tracepoint, .perfEvent, .rawTracepoint, .rawTracepointWritable, .socketFilter]

    /// Refuses programs that use a map with a lock in its values, and are of a kind that may not.
    static func check(_ module: inout IRModule, plan: KernelHalfPlan) throws(CompilerError) {
        let maps = Set(plan.maps.filter { hasLock($0.entries, plan.types) }.map(\.name))
        guard !maps.isEmpty else { return }
        for program in plan.programs {
            guard let type = SectionName.definition(of: program.section)?.type, lockless.contains(type) else { continue }
            guard let (function, line, map) = firstUse(of: maps, by: program.name, in: module) else { continue }
            let position = KernelRules.position(of: line, in: function, &module, plan)
            throw CompilerError(.source, position.message(refusal(of: map, section: program.section)))
        }
    }

    private static func refusal(of map: String, section: String) -> String {
        "'\(map)' has a lock in its values, and the kernel gives such maps to no program of section '\(section)', which may interrupt who holds the "
            + "lock; count with add, or take a map that each processor has for itself (PerCPUHashMap, PerCPUArrayMap), or a program of another kind (tp_btf)"
    }

    private static func hasLock(_ entries: KernelHalfPlan.MapEntries, _ types: KernelHalfTypes) -> Bool {
        guard case .type(let value) = entries.value else { return false }
        return count(of: lock, in: value, types) > 0
    }

    private static func firstUse(of maps: Set<String>, by program: String, in module: IRModule) -> (IRFunction, line: String, map: String)? {
        let functions = Dictionary(module.functions.map { ($0.name, $0) }) { first, _ in first }
        var pending = [program]
        var seen = Set(pending)
        while let function = pending.popLast().flatMap({ functions[$0] }) {
            for line in function.body where line.utf8.contains(UInt8(ascii: "@")) {
                let names = IRName.globals(in: line)
                if let map = names.first(where: maps.contains) { return (function, line, map) }
                for name in names where functions[name] != nil && seen.insert(name).inserted { pending.append(name) }
            }
        }
        return nil
    }

    // MARK: Calls

    /// What the helpers of locks and timers take first.
    private static let words = [
        "spin_lock": "lock", "spin_unlock": "lock", "timer_init": "timer", "timer_set_callback": "timer", "timer_start": "timer",
        "timer_cancel": "timer",
    ]

    /// What is wrong with the place of a lock or a timer; `nil` where nothing is, or the place is not known.
    static func complaint(about call: HelperCall, _ flow: ControlFlow) -> String? {
        guard let helper = call.helper, let word = words[helper.name], let place = call.arguments.first.flatMap(name(in:)),
            let origin = origin(of: place, flow)
        else {
            return nil
        }
        if origin.hasPrefix("alloca ") {
            return "uses a \(word) that is a local variable, or a copy of one; a \(word) is a member of a map's value, and used where it lies: "
                + "entry.pointee.\(word)"
        }
        guard helper.name == "timer_init", call.arguments.count > 1, let named = IRName.globals(in: String(call.arguments[1])).first,
            let found = HelperCall(origin), found.helper?.name == "map_lookup_elem", let map = found.arguments.first,
            let owner = IRName.globals(in: String(map)).first, owner != named
        else { return nil }
        return "sets a timer for '\(named)' that lies in a value of '\(owner)'; name the map in which it lies: set(in: \(owner))"
    }

    private static func name(in argument: Substring) -> Substring? { argument.split(separator: " ").last.flatMap { $0.first == "%" ? $0 : nil } }

    /// What an address is computed from: a variable on the stack, what a call answered; `nil` where several ways lead to it.
    private static func origin(of value: Substring, _ flow: ControlFlow) -> Substring? {
        var value = value
        // As many steps as an address within structures within structures takes.
        for _ in 0..<16 {
            guard let meaning = flow.meaning(of: value) else { return nil }
            guard meaning.hasPrefix("getelementptr ") else { return meaning }
            guard let base = IRText.split(meaning).dropFirst().first.flatMap(name(in:)) else { return nil }
            value = base
        }
        return nil
    }
}
