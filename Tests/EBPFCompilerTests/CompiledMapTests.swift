// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import Testing

/// Maps and variables of compiled kernel halves.
@Suite struct CompiledMapTests {
    static let source = """
        LICENSE("Dual MIT/GPL");

        struct entry { u64 first; u32 second; u8 bytes[20]; };
        struct { NUMBER(type, MAP_TYPE_HASH); NUMBER(max_entries, 10240); TYPE(key, u32); TYPE(value, struct entry); } entries SEC(".maps");
        struct { NUMBER(type, MAP_TYPE_RINGBUF); NUMBER(max_entries, 262144); } events SEC(".maps");
        struct { NUMBER(type, MAP_TYPE_PERCPU_ARRAY); NUMBER(max_entries, 1); TYPE(key, u32); TYPE(value, u64); NUMBER(map_flags, 128); }
            counts SEC(".maps");

        const volatile u32 target_pid = 7;
        const volatile bool only_failed = true;
        const volatile char name[16] = "swift";
        u64 dropped = 0;
        u16 port = 443;
        static volatile u32 hidden = 5;

        SEC("tracepoint/syscalls/sys_enter_openat")
        int handle(void *context) {
            u32 key = target_pid + hidden;
            struct entry *entry = bpf_map_lookup_elem(&entries, &key);
            if (entry)
                entry->first += port;
            u64 *count = bpf_map_lookup_elem(&counts, &key);
            if (count && only_failed)
                *count += name[1];
            if (bpf_ringbuf_output(&events, &key, sizeof(key), 0) < 0)
                __atomic_fetch_add(&dropped, 1, __ATOMIC_RELAXED);
            return 0;
        }
        """

    let half: CompiledHalf

    init() throws {
        half = try CompiledHalf(Self.source)
    }

    @Test func mapsHaveWhatTheirDeclarationsSay() throws {
        let object = half.object
        let entries = object.maps[try object.mapIndex("entries")]
        #expect(entries.type == .hash)
        #expect(entries.maxEntries == 10240)
        #expect(entries.keySize == 4)
        #expect(entries.valueSize == 32)
        #expect(try object.btf?.name(of: entries.keyType) == "u32")
        #expect(try object.btf?.name(of: entries.valueType) == "entry")
        let events = object.maps[try object.mapIndex("events")]
        #expect(events.type == .ringBuffer)
        #expect(events.maxEntries == 262144)
        #expect(events.keySize == 0 && events.valueSize == 0)
        let counts = object.maps[try object.mapIndex("counts")]
        #expect(counts.type == .perCPUArray)
        #expect(counts.valueSize == 8)
        #expect(counts.flags.rawValue == 128)
    }

    @Test func sectionsOfVariablesAreMapsAsWell() throws {
        let object = half.object
        let names = Set(object.maps.map(\.name))
        #expect(names.isSuperset(of: [".rodata", ".bss", ".data"]))
        let constants = object.maps[try object.mapIndex(".rodata")]
        #expect(constants.isFrozen)
        #expect(!object.maps[try object.mapIndex(".bss")].isFrozen)
        #expect(try object.btf?.name(of: constants.valueType) == ".rodata")
    }

    @Test func variablesHaveTheirSizesAndFirstValues() throws {
        let object = half.object
        for (name, section, value) in [
            ("target_pid", ".rodata", [7, 0, 0, 0]), ("only_failed", ".rodata", [1]),
            ("name", ".rodata", Array("swift".utf8) + [UInt8](repeating: 0, count: 11)), ("port", ".data", [0xBB, 1]),
            ("hidden", ".data", [5, 0, 0, 0]),
        ] as [(String, String, [UInt8])] {
            let variable = try object.variable(name)
            #expect(variable.size == value.count, "\(name)")
            let map = object.maps[variable.mapIndex]
            #expect(map.name == section, "\(name)")
            let contents = try #require(map.contents)
            #expect(Array(contents[variable.offset..<variable.offset + variable.size]) == value, "\(name)")
        }
        #expect(try object.variable("dropped").size == 8)
        #expect(object.maps[try object.variable("dropped").mapIndex].name == ".bss")
        #expect(!object.variables.contains { $0.name == "entries" })
    }

    @Test func aVariableIsSetByNameAndKeepsItsNeighbours() throws {
        var object = half.object
        let before = try #require(object.maps[try object.mapIndex(".rodata")].contents)
        try object.set("target_pid", to: UInt32(0x0102_0304))
        try object.set("only_failed", to: false)
        let after = try #require(object.maps[try object.mapIndex(".rodata")].contents)
        let pid = try object.variable("target_pid").offset
        let flag = try object.variable("only_failed").offset
        #expect(Array(after[pid..<pid + 4]) == withUnsafeBytes(of: UInt32(0x0102_0304)) { Array($0) })
        #expect(after[flag] == 0)
        let others = after.indices.filter { !(pid..<pid + 4).contains($0) && $0 != flag }
        #expect(others.allSatisfy { after[$0] == before[$0] })
    }

    @Test func aValueOfAnotherSizeIsRefusedWithBothSizes() throws {
        var object = half.object
        let error = try #require(throws: ObjectError.self) { try object.set("target_pid", to: UInt64(1)) }
        #expect(error.code == .wrongSize)
        #expect(error.description.contains("'target_pid'"))
        #expect(error.description.contains("4 bytes"))
        #expect(error.description.contains("value 8"))
        #expect(throws: ObjectError.self) { try object.set("name", bytes: Array("too short".utf8)) }
    }

    @Test func theCodeRefersToMapsAndToPlacesInSections() throws {
        let object = half.object
        let assembly = try half.assemble("handle")
        var referred: Set<String> = []
        for (slot, index) in assembly.mapReferences {
            let instruction = assembly.instructions[slot]
            #expect(instruction.isWideLoad)
            let map = object.maps[index]
            referred.insert(map.name)
            if map.contents == nil, !map.name.hasPrefix(".bss") {
                #expect(instruction.source == Instruction.PseudoSource.mapDescriptor)
                #expect(assembly.instructions[slot + 1].immediate == 0)
            } else {
                #expect(instruction.source == Instruction.PseudoSource.mapValue)
                let offset = Int(assembly.instructions[slot + 1].immediate)
                #expect(
                    object.variables.contains { object.maps[$0.mapIndex].name == map.name && ($0.offset..<$0.offset + $0.size).contains(offset) },
                    "\(map.name) + \(offset) is no variable's place")
            }
        }
        #expect(referred == ["entries", "events", "counts", ".rodata", ".bss", ".data"])
        #expect(assembly.mapReferences.map(\.slot) == assembly.mapReferences.map(\.slot).sorted())
    }

    @Test func theTypesForLoadingAreLaidOutAsTheSectionsAre() throws {
        let object = half.object
        let types = try BTF(ByteView(try #require(try object.btfForLoading())))
        for map in object.maps where [".rodata", ".bss", ".data"].contains(map.name) {
            let type = try types.type(map.valueType)
            guard case .dataSection(let section) = type else {
                Issue.record("\(map.name) is \(type)")
                continue
            }
            #expect(section.byteCount == map.valueSize)
            #expect(section.variables.map(\.byteOffset) == section.variables.map(\.byteOffset).sorted())
            for entry in section.variables {
                let name = try types.name(of: entry.type)
                #expect(Int(entry.byteOffset) == (try object.variable(name).offset))
            }
        }
    }

    @Test func theLicenceIsRead() throws {
        #expect(half.object.license == "Dual MIT/GPL")
        #expect(try CompiledHalf("int unused;").object.license == "")
    }
}
