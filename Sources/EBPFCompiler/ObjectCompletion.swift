// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import ELF

/// The last pass, over the object that clang wrote: its types become one of each, with those of the records that only user space sees; data sections get
/// their sizes.
enum ObjectCompletion {
    static func run(_ object: [UInt8], plan: KernelHalfPlan) throws(CompilerError) -> [UInt8] {
        do {
            let file = try ELFFile(ByteView(object))
            guard let types = file.section(named: ".BTF"), let records = file.section(named: ".BTF.ext") else { return object }
            let btf = try BTF(types.bytes)
            let (bytes, extensionBytes) = try completed(btf, try BTFExtension(records.bytes, btf: btf), file, plan)
            var writer = try ELFWriter(file)
            try replace(".BTF", bytes, in: &writer)
            try replace(".BTF.ext", extensionBytes, in: &writer)
            return try writer.bytes()
        } catch { throw CompilerError(.object, "the object of '\(plan.sources.first?.path ?? "")' cannot be completed: \(error)") }
    }

    /// The places that the relocations of these two sections name are in them already; who loads objects never looks at those.
    private static func replace(_ name: String, _ bytes: [UInt8], in writer: inout ELFWriter) throws {
        guard let section = writer.section(named: name) else { return }
        writer[section].contents = .bytes(ByteView(bytes))
        writer.removeRelocations(of: section)
    }

    private static func completed(
        _ btf: BTF, _ records: BTFExtension, _ file: ELFFile, _ plan: KernelHalfPlan
    ) throws -> (btf: [UInt8], records: [UInt8]) {
        var builder = BTFBuilder(copying: btf)
        var writer = BTFTypeWriter(plan.types, after: builder.nextType)
        for map in plan.maps {
            // Maps of keys and values have both in their definitions. Of records, the kernel would not take a definition that names them.
            if let record = map.entries.record { writer.add(record, named: MapDefinition.recordTypeName(of: map.name)) }
            // Of structures that only a map within a map holds, clang writes the names.
            for part in map.entries.inner.flatMap({ [$0.key, $0.value] }) {
                if case .type(let type) = part { writer.add(type) }
            }
        }
        try writer.write(to: &builder)
        let numbers = try builder.deduplicate()
        let moved = try records.moved(from: btf, to: &builder, types: numbers)
        let extensionBytes = try moved.bytes(for: &builder, btf.byteOrder)
        let result = try builder.btf(btf.byteOrder)
        return (try result.bytes(layingOut: layouts(result, file)), extensionBytes)
    }

    /// Where the variables of the data sections lie, as the symbols say.
    private static func layouts(_ btf: BTF, _ file: ELFFile) throws -> [TypeID: BTF.DataSectionLayout] {
        let offsets = Dictionary(try file.symbols().map { ($0.name, $0.value) }) { first, _ in first }
        var layouts: [TypeID: BTF.DataSectionLayout] = [:]
        for id in btf.types(ofKinds: [.dataSection]) {
            guard case .dataSection(let section) = try btf.type(id), let bytes = file.section(named: section.name) else { continue }
            var places: [UInt32] = []
            for entry in section.variables { places.append(UInt32(truncatingIfNeeded: offsets[try btf.name(of: entry.type)] ?? 0)) }
            layouts[id] = .init(byteCount: UInt32(truncatingIfNeeded: bytes.size), offsets: places)
        }
        return layouts
    }
}

/// Writes types of a kernel half as BTF.
struct BTFTypeWriter {
    private let types: KernelHalfTypes
    private var order: [KernelHalfTypes.ID] = []
    private var numbers: [KernelHalfTypes.ID: TypeID] = [:]
    private let first: TypeID
    /// Other names of types, behind all of them.
    private var names: [(name: String, type: KernelHalfTypes.ID)] = []

    /// - Parameter first: the number that the first type will have; an integer for the indices of arrays.
    init(_ types: KernelHalfTypes, after first: TypeID) {
        self.types = types
        self.first = first
    }

    /// Plans to write a type and what it needs.
    mutating func add(_ type: KernelHalfTypes.ID) {
        guard numbers[type] == nil else { return }
        order.append(type)
        numbers[type] = TypeID(first.rawValue + UInt32(truncatingIfNeeded: order.count))
        switch types[type] {
        case .pointer(let target): if let target { add(target) }
        case .array(let element, _): add(element)
        case .structure(_, _, let members): for member in members { add(member.type) }
        case .constant(let inner), .function(let inner), .tagged(_, let inner): add(inner)
        case .integer, .boolean, .character, .enumeration, .number: break
        }
    }

    /// Plans to write a type and what it needs, and another name for it.
    mutating func add(_ type: KernelHalfTypes.ID, named name: String) {
        add(type)
        names.append((name, type))
    }

    func write(to builder: inout BTFBuilder) throws(BTFError) {
        guard !order.isEmpty else { return }
        try builder.addInteger("__ARRAY_SIZE_TYPE__", byteCount: 4)
        for type in order { try builder.add(btfType(type)) }
        for (name, type) in names { try builder.add(.alias(name: name, number(type))) }
    }

    private func number(_ type: KernelHalfTypes.ID?) -> TypeID { type.flatMap { numbers[$0] } ?? TypeID(0) }

    private func btfType(_ type: KernelHalfTypes.ID) -> BTFType {
        func integer(_ name: String, _ byteCount: Int, isSigned: Bool = false, isBoolean: Bool = false) -> BTFType {
            .integer(
                IntegerType(
                    name: name, byteCount: UInt32(byteCount), bitCount: UInt8(truncatingIfNeeded: byteCount * 8), isSigned: isSigned,
                    isBoolean: isBoolean))
        }
        switch types[type] {
        case .integer(let name, let byteCount, let isSigned): return integer(name, byteCount, isSigned: isSigned)
        case .boolean: return integer("_Bool", 1, isBoolean: true)
        case .character: return integer("char", 1, isSigned: true)
        case .pointer(let target): return .pointer(to: number(target))
        case .array(let element, let count):
            return .array(ArrayType(element: number(element), index: first, count: UInt32(truncatingIfNeeded: count)))
        case .structure(let name, let byteCount, let members):
            let fields = members.map {
                CompositeType.Member(name: $0.name, type: number($0.type), bitOffset: UInt32(truncatingIfNeeded: $0.offset * 8))
            }
            return .composite(CompositeType(name: name, byteCount: UInt32(truncatingIfNeeded: byteCount), members: fields))
        case .enumeration(let name, let byteCount, let cases):
            let values = cases.enumerated().map { EnumerationType.Value(name: $0.element, bits: UInt64($0.offset)) }
            return .enumeration(EnumerationType(name: name, byteCount: UInt32(truncatingIfNeeded: byteCount), values: values))
        case .number(let name, let value, _):
            return .enumeration(EnumerationType(name: "", byteCount: 8, values: [EnumerationType.Value(name: name, bits: value)]))
        case .constant(let inner): return .qualified(.constant, number(inner))
        case .tagged(let tag, let inner): return .typeTag(name: tag, number(inner))
        case .function(let result): return .prototype(result: number(result), parameters: [])
        }
    }
}
