// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import CLinux
import Glibc

extension Map {
    /// Creates a map. The types of key and value are described by `btf`, where the kind takes that.
    ///
    /// Kinds that hold maps are shown a map of their values' kind, which is created for that and closed again.
    ///
    /// - Parameters:
    ///   - btf: the object's types in the kernel.
    ///   - exclusiveTo: the hash of the only program that may use the map. Linux 6.18.
    ///   - valueType: for `struct_ops`, the kernel's type of its value, and the descriptor of the module that has it.
    /// - Throws: ``EBPFError`` that names the map.
    static func create(
        _ definition: MapDefinition, btf: Int32?, exclusiveTo hash: [UInt8]? = nil, valueType: (type: TypeID, module: Int32?)? = nil
    ) throws(EBPFError) -> Map {
        guard definition.type.since != nil else {
            throw EBPFError(.invalid, "create map '\(definition.name)'", cause: "\(definition.type) is newer than this package")
        }
        let definition = try completed(definition)
        var inner: SharedDescriptor?
        if definition.type.holdsMaps {
            guard let pattern = definition.inner else {
                throw EBPFError(
                    .invalid, "create map '\(definition.name)' (\(definition.type))",
                    cause: "the object does not say what the maps that it holds are like",
                    remedy: "set 'inner' of its definition before it is loaded")
            }
            inner = try create(pattern, btf: btf).descriptor
        }
        var attributes = attributes(of: definition, inner: inner?.number)
        if let valueType {
            attributes.btf_vmlinux_value_type_id = valueType.type.rawValue
            attributes.btf_fd = btf.map { UInt32(bitPattern: $0) } ?? 0
            if let module = valueType.module {
                attributes.map_flags |= 1 << 15  // BPF_F_VTYPE_BTF_OBJ_FD
                attributes.value_type_btf_obj_fd = module
            }
        }
        let described = describe(definition, btf, &attributes)
        var number = create(&attributes, exclusiveTo: hash)
        if number < 0, number != -EPERM, described {
            // A kernel that takes no types for a kind refuses the map; they are only a help to who looks at it.
            attributes.btf_fd = 0
            attributes.btf_key_type_id = 0
            attributes.btf_value_type_id = 0
            let second = create(&attributes, exclusiveTo: hash)
            if second >= 0 { number = second }
        }
        guard number >= 0 else { throw EBPFError(creating: definition, errno: -number) }
        var map = Map(definition, descriptor: SharedDescriptor(Descriptor(number)))
        if map.type == .arena { map.memory = try map.mapArena(definition) }
        return map
    }

    private static func create(_ attributes: inout bpf_map_create_attributes, exclusiveTo hash: [UInt8]?) -> Int32 {
        guard let hash else { return call(&attributes) }
        return hash.withUnsafeBytes { hash in
            attributes.excl_prog_hash = address(hash.baseAddress)
            attributes.excl_prog_hash_size = UInt32(hash.count)
            return call(&attributes)
        }
    }

    /// Asks the kernel for a map. Answers a descriptor, or a negative errno.
    ///
    /// Older kernels (5.10 is one) read their own types when the first program since the start is verified, and until then know no set of functions:
    /// they answer ENOTSUPP. A program that does nothing makes them read.
    static func call(_ attributes: inout bpf_map_create_attributes) -> Int32 {
        let result = bpfCountingMemory(.mapCreate, &attributes)
        guard result == -Failure.notSupported, attributes.btf_vmlinux_value_type_id != 0 else { return result }
        _ = ProgramAttempt(ProgramKind(.socketFilter), [Instruction(opcode: 0xB7), Instruction(opcode: 0x95)]).load()
        return bpfCountingMemory(.mapCreate, &attributes)
    }

    /// Creates a table of places in a program (slots), by which it jumps. Linux 6.19.
    ///
    /// - Throws: ``EBPFError`` that names the program.
    static func createJumpTable(_ targets: [UInt32], of program: String) throws(EBPFError) -> Map {
        // struct bpf_insn_array_value: the place in the code as it is loaded, and two that the kernel fills in.
        let definition = MapDefinition(
            name: ".jumptables", type: .instructionArray, keySize: 4, valueSize: 16, maxEntries: UInt32(clamping: targets.count))
        do {
            let table = try create(definition, btf: nil)
            for (index, target) in targets.enumerated() {
                var value: [UInt8] = []
                value.append(integer: target, order: .native)
                try table.update(index: UInt32(clamping: index), bytes: value + [UInt8](repeating: 0, count: 12))
            }
            try table.freeze()
            return table
        } catch {
            throw EBPFError(
                error.code, "load program '\(program)', which jumps by a table", cause: error.cause,
                remedy: "such jumps need Linux 6.19; compile with -fno-jump-tables", errno: error.errno)
        }
    }

    /// What is left to the loader: a perf buffer for each CPU, whole pages for rings.
    ///
    /// - Throws: ``EBPFError`` where nobody can tell how many CPUs there can be.
    static func completed(_ definition: MapDefinition) throws(EBPFError) -> MapDefinition {
        var definition = definition
        if definition.type == .perfEventArray, definition.maxEntries == 0 {
            definition.maxEntries = UInt32(clamping: try CPUs.limit(for: "create map '\(definition.name)' (\(definition.type))"))
        }
        // Declarations may say of which types records are (cilium/ebpf's own do); to the kernel these are no sizes.
        if definition.type.isRing { (definition.keySize, definition.valueSize) = (0, 0) }
        if definition.type == .perfEventArray { (definition.keySize, definition.valueSize) = (4, 4) }
        if definition.type.isRing, definition.maxEntries > 0 {
            var size = UInt64(Mapping.pageSize)
            while size < UInt64(definition.maxEntries) { size *= 2 }
            definition.maxEntries = UInt32(clamping: size)
        }
        return definition
    }

    private static func attributes(of definition: MapDefinition, inner: Int32?) -> bpf_map_create_attributes {
        var attributes = bpf_map_create_attributes()
        attributes.map_type = definition.type.rawValue
        attributes.key_size = definition.keySize
        attributes.value_size = definition.valueSize
        attributes.max_entries = definition.maxEntries
        attributes.map_flags = definition.flags.rawValue
        attributes.map_extra = definition.extra
        attributes.numa_node = definition.numaNode
        attributes.inner_map_fd = inner.map { UInt32(bitPattern: $0) } ?? 0
        kernelName(definition.name, into: &attributes.map_name)
        return attributes
    }

    /// Says of which types keys and values are. Answers whether there was anything to say.
    private static func describe(_ definition: MapDefinition, _ btf: Int32?, _ attributes: inout bpf_map_create_attributes) -> Bool {
        // Without a type for the key there is nothing to describe; sections' maps have an integer key that is implied, values of storages have none.
        let isDescribed = definition.valueType != .void && (definition.keyType != .void || definition.isDataSection || definition.keySize == 0)
        guard let btf, definition.type.takesTypes, isDescribed else { return false }
        attributes.btf_fd = UInt32(bitPattern: btf)
        attributes.btf_key_type_id = definition.keyType.rawValue
        attributes.btf_value_type_id = definition.valueType.rawValue
        return true
    }
}
